package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/**
 * A key's versions and delete markers. One request, as long as the key has fewer than 1,000 of
 * them. A second one, for the bucket's state, only when there is no current version with an id of
 * its own, which can mean that the bucket keeps no history.
 */
final class VersionHistory {
  /** The id of what was written while versioning was not enabled; overwriting it loses it. */
  private static final String NULL_VERSION = "null";

  /**
   * Newest first. S3 tells whole seconds, and the SDK separates versions from delete markers:
   * within one second the current state comes first, and a deletion before what it may have
   * deleted.
   */
  private static final Comparator<StoredVersion> NEWEST_FIRST =
      Comparator.comparing(StoredVersion::latest)
          .thenComparing(StoredVersion::lastModified)
          .thenComparing(StoredVersion::deletion)
          .reversed();

  private final S3Bucket bucket;

  VersionHistory(S3Bucket bucket) {
    this.bucket = bucket;
  }

  List<StoredVersion> of(String key) {
    String objectKey = bucket.keys().objectKey(key);
    List<StoredVersion> versions = new ArrayList<>();
    var request =
        ListObjectVersionsRequest.builder()
            .bucket(bucket.name())
            .prefix(objectKey)
            .encodingType(EncodingType.URL);
    boolean more = true;
    while (more) {
      ListObjectVersionsResponse page = fetch(key, request.build());
      collect(objectKey, page, versions);
      // The exact key sorts before every other with this prefix.
      more = page.isTruncated() && objectKey.equals(page.nextKeyMarker());
      request.keyMarker(page.nextKeyMarker()).versionIdMarker(page.nextVersionIdMarker());
    }
    versions.sort(NEWEST_FIRST);
    if (versions.isEmpty() || versions.get(0).versionId().equals(NULL_VERSION)) {
      requireVersioning(key);
    }
    return List.copyOf(versions);
  }

  private ListObjectVersionsResponse fetch(String key, ListObjectVersionsRequest request) {
    try {
      ListObjectVersionsResponse page = bucket.client().listObjectVersions(request);
      if (page.name() == null || page.isTruncated() == null) {
        throw bucket.foreignReply(
            S3Operation.LIST_VERSIONS, key, "it is not a ListVersionsResult", page);
      }
      return page;
    } catch (SdkException e) {
      throw bucket.translate(S3Operation.LIST_VERSIONS, key, e);
    }
  }

  private static void collect(
      String objectKey, ListObjectVersionsResponse page, List<StoredVersion> versions) {
    page.versions().stream()
        .filter(version -> objectKey.equals(version.key()))
        .map(
            version ->
                new StoredVersion(
                    version.versionId(),
                    version.lastModified(),
                    version.size(),
                    version.isLatest(),
                    false))
        .forEach(versions::add);
    page.deleteMarkers().stream()
        .filter(marker -> objectKey.equals(marker.key()))
        .map(
            marker ->
                new StoredVersion(
                    marker.versionId(), marker.lastModified(), 0, marker.isLatest(), true))
        .forEach(versions::add);
  }

  private void requireVersioning(String key) {
    BucketVersioningStatus status;
    try {
      status =
          bucket
              .client()
              .getBucketVersioning(
                  GetBucketVersioningRequest.builder().bucket(bucket.name()).build())
              .status();
    } catch (SdkException e) {
      throw bucket.translate(S3Operation.BUCKET_VERSIONING, key, e);
    }
    if (status != BucketVersioningStatus.ENABLED) {
      throw new StoreException(
          StoreException.Kind.UNSUPPORTED,
          "The history of " + bucket.describe(key) + " cannot be told",
          "versioning of the bucket "
              + bucket.name()
              + (status == null ? " was never enabled" : " is suspended"),
          "Enable it: aws s3api put-bucket-versioning --bucket "
              + bucket.name()
              + " --versioning-configuration Status=Enabled; it keeps what is replaced or deleted"
              + " from then on");
    }
  }
}
