package io.github.checkpointmanager.internal.s3.deletion;

import io.github.checkpointmanager.internal.s3.object.S3Bucket;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
}
