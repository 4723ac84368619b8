package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/**
 * Lists versions and delete markers by ListObjectVersions, in the order of their object keys, in
 * pages of at most 1,000; one request for each page. For one thread.
 */
final class VersionPages implements Iterator<VersionPages.Page> {
  /** One state of an object, or its deletion. */
  record Entry(String objectKey, StoredVersion version) {}

  /**
   * One page; versions are in order and markers are in order, but not relative to each other.
   *
   * @param lastKey all entries up to this object key are known; null after the last page
   */
  record Page(List<Entry> entries, @Nullable String lastKey) {}

  private final S3Bucket bucket;

  /** What is listed, as messages name it. */
  private final String shown;

  private final ListObjectVersionsRequest.Builder request;
  private boolean more = true;

  private VersionPages(S3Bucket bucket, String shown, ListObjectVersionsRequest.Builder request) {
    this.bucket = bucket;
    this.shown = shown;
    this.request = request.bucket(bucket.name()).encodingType(EncodingType.URL);
  }

  /** Lists all object keys that begin with that of a key, which comes first. */
  static VersionPages from(S3Bucket bucket, String key) {
    return new VersionPages(
        bucket, key, ListObjectVersionsRequest.builder().prefix(bucket.keys().objectKey(key)));
  }

  /**
   * Lists one level.
   *
   * @param after an object key before those that are of interest; null for all
   */
  static VersionPages ofLevel(S3Bucket bucket, String level, @Nullable String after) {
    return new VersionPages(
        bucket,
        level,
        ListObjectVersionsRequest.builder()
            .prefix(bucket.keys().levelPrefix(level))
            .delimiter("/")
            .keyMarker(after));
  }

  @Override
  public boolean hasNext() {
    return more;
  }

  @Override
  public Page next() {
    if (!more) {
      throw new NoSuchElementException();
    }
    ListObjectVersionsRequest sent = request.build();
    ListObjectVersionsResponse reply = fetch(sent);
    more = reply.isTruncated();
    if (more
        && (reply.nextKeyMarker() == null
            || (reply.nextKeyMarker().equals(sent.keyMarker())
                && String.valueOf(reply.nextVersionIdMarker())
                    .equals(String.valueOf(sent.versionIdMarker()))))) {
      throw invalid("it is truncated and has no new marker", reply);
    }
    request.keyMarker(reply.nextKeyMarker()).versionIdMarker(reply.nextVersionIdMarker());
    return new Page(entries(reply), more ? reply.nextKeyMarker() : null);
  }

  private ListObjectVersionsResponse fetch(ListObjectVersionsRequest sent) {
    try {
      ListObjectVersionsResponse reply = bucket.client().listObjectVersions(sent);
      if (reply.name() == null || reply.isTruncated() == null) {
        throw invalid("it is not a ListVersionsResult", reply);
      }
      return reply;
    } catch (SdkException e) {
      throw S3ErrorTranslator.translate(S3Operation.LIST_VERSIONS, bucket.describe(shown), e);
    }
  }

  private RuntimeException invalid(String why, ListObjectVersionsResponse reply) {
    return S3ErrorTranslator.foreignReply(
        S3Operation.LIST_VERSIONS, bucket.describe(shown), why, reply);
  }

  private static List<Entry> entries(ListObjectVersionsResponse reply) {
    List<Entry> entries = new ArrayList<>();
    reply
        .versions()
        .forEach(
            v ->
                entries.add(
                    new Entry(
                        v.key(),
                        new StoredVersion(
                            v.versionId(), v.lastModified(), v.size(), v.isLatest(), false))));
    reply
        .deleteMarkers()
        .forEach(
            m ->
                entries.add(
                    new Entry(
                        m.key(),
                        new StoredVersion(
                            m.versionId(), m.lastModified(), 0, m.isLatest(), true))));
    return entries;
  }
}
