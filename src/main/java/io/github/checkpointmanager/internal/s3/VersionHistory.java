package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
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
    String objectKey = bucket.keys().objectKey(key);
    new Versioning(bucket).require(key);
    List<StoredVersion> versions = new ArrayList<>();
    Iterator<VersionPages.Page> pages = VersionPages.from(bucket, key);
    @Nullable String last = objectKey;
    // The exact key sorts before every other with this prefix.
    while (pages.hasNext() && objectKey.equals(last)) {
      VersionPages.Page page = pages.next();
      page.entries().stream()
          .filter(entry -> entry.objectKey().equals(objectKey))
          .map(VersionPages.Entry::version)
          .forEach(versions::add);
      last = page.lastKey();
    }
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
        .forEachRemaining(
            page ->
                page.entries().stream()
                    .filter(entry -> entry.version().latest() && entry.version().deletion())
                    .map(entry -> bucket.keys().relative(entry.objectKey()))
                    .forEach(deleted::add));
    return deleted;
  }

  /**
   * Reads whether a bucket keeps replaced and deleted states: only while versioning is enabled.
   * While it is suspended, older versions stay, and states that are replaced or deleted then are
   * lost.
   */
  public static final class Versioning {
    private final S3Bucket bucket;

    public Versioning(S3Bucket bucket) {
      this.bucket = bucket;
    }

    /** Returns whether versioning is enabled. One request. */
    public boolean isEnabled() {
      try {
        return status("") == BucketVersioningStatus.ENABLED;
      } catch (StoreException e) {
        if (e.kind() == StoreException.Kind.UNSUPPORTED) {
          return false; // the server has none
        }
        throw e;
      }
    }

    /**
     * Refuses a bucket without enabled versioning. One request.
     *
     * @param key the key whose history is requested, for the message
     */
    void require(String key) {
      BucketVersioningStatus status = status(key);
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

    private @Nullable BucketVersioningStatus status(String key) {
      try {
        GetBucketVersioningResponse reply =
            bucket.client().getBucketVersioning(ask -> ask.bucket(bucket.name()));
        if (S3Bucket.isHtml(reply.sdkHttpResponse())) {
          throw S3ErrorTranslator.foreignReply(
              S3Operation.BUCKET_VERSIONING, bucket.describe(key), "it is HTML", reply);
        }
        return reply.status();
      } catch (SdkException e) {
        throw S3ErrorTranslator.translate(S3Operation.BUCKET_VERSIONING, bucket.describe(key), e);
      }
    }
  }
}
