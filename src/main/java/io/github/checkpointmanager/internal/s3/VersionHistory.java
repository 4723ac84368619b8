package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;

/** Reads the history of keys in a bucket with versioning. */
public final class VersionHistory {
  /**
   * Newest first. S3 reports whole seconds, and the SDK separates versions from delete markers. So
   * within one second the current state comes first, and a deletion before the states that it may
   * have deleted.
   */
  private static final Comparator<StoredVersion> NEWEST_FIRST =
      Comparator.comparing(StoredVersion::latest)
          .thenComparing(StoredVersion::lastModified)
          .thenComparing(StoredVersion::deletion)
          .reversed();

  private final S3Bucket bucket;

  public VersionHistory(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /**
   * Returns a key's versions and delete markers. Two requests for a key with fewer than 1,000 of
   * them. Each call reads the bucket's versioning, because the older versions do not show whether
   * it is suspended now.
   */
  public List<StoredVersion> of(String key) {
    String objectKey = bucket.objectKey(key);
    requireVersioning(key);
    List<StoredVersion> versions = new ArrayList<>();
    VersionPages.from(bucket, key)
        .read(
            objectKey,
            entry -> {
              if (entry.objectKey().equals(objectKey)) {
                versions.add(entry.version());
              }
            });
    versions.sort(NEWEST_FIRST);
    return versions.stream().map(VersionHistory::inWholeSeconds).toList();
  }

  /** MinIO lists milliseconds, but reads of the same version tell whole seconds. */
  private static StoredVersion inWholeSeconds(StoredVersion version) {
    return new StoredVersion(
        version.versionId(),
        version.lastModified().truncatedTo(ChronoUnit.SECONDS),
        version.size(),
        version.latest(),
        version.deletion());
  }

  /** Returns the keys of a level whose newest state is a delete marker. */
  public List<String> deletedKeys(String level) {
    List<String> deleted = new ArrayList<>();
    VersionPages.ofLevel(bucket, level, null)
        .read(
            null,
            entry -> {
              if (entry.version().latest() && entry.version().deletion()) {
                deleted.add(bucket.relative(entry.objectKey()));
              }
            });
    return deleted;
  }

  /**
   * Returns whether the bucket keeps replaced and deleted states: only while versioning is enabled.
   * While it is suspended, older versions stay, and states that are replaced or deleted then are
   * lost. One request.
   */
  public boolean isKept() {
    try {
      return versioning("") == BucketVersioningStatus.ENABLED;
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.UNSUPPORTED) {
        return false; // the server has none
      }
      throw e;
    }
  }

  private void requireVersioning(String key) {
    BucketVersioningStatus status = versioning(key);
    if (status != BucketVersioningStatus.ENABLED) {
      throw new StoreException(
          StoreException.Kind.UNSUPPORTED,
          "The history of " + bucket.describe(key) + " cannot be read",
          "versioning of the bucket "
              + bucket.name()
              + (status == null ? " was never enabled" : " is suspended"),
          "Enable it: aws s3api put-bucket-versioning --bucket "
              + bucket.name()
              + " --versioning-configuration Status=Enabled; states that are replaced or deleted"
              + " afterwards are kept");
    }
  }

  private @Nullable BucketVersioningStatus versioning(String key) {
    GetBucketVersioningResponse reply =
        bucket.call(
            S3Operation.BUCKET_VERSIONING,
            bucket.describe(key),
            s3 -> s3.getBucketVersioning(ask -> ask.bucket(bucket.name())));
    return reply.status();
  }
}
