package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/**
 * Lists versions and delete markers by ListObjectVersions, in the order of their object keys, in
 * pages of at most 1,000; one request for each page.
 */
final class VersionPages {
  /** The order of listings: by the bytes of UTF-8, which is not the order of Java's characters. */
  static final Comparator<String> AS_S3 =
      Comparator.comparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned);

  /** One state of an object, or its deletion. */
  record Entry(String objectKey, StoredVersion version) {}

  private final S3Bucket bucket;

  /** What is listed, as messages name it. */
  private final String target;

  private final ListObjectVersionsRequest.Builder request;

  private VersionPages(S3Bucket bucket, String shown, ListObjectVersionsRequest.Builder request) {
    this.bucket = bucket;
    this.target = bucket.describe(shown);
    this.request = request.bucket(bucket.name()).encodingType(EncodingType.URL);
  }

  /** Lists all object keys that begin with that of a key, which comes first. */
  static VersionPages from(S3Bucket bucket, String key) {
    return new VersionPages(
        bucket, key, ListObjectVersionsRequest.builder().prefix(bucket.objectKey(key)));
  }

  /** Lists one level, from after an object key; the whole level if that is null. */
  static VersionPages ofLevel(S3Bucket bucket, String level, @Nullable String after) {
    return new VersionPages(
        bucket,
        level,
        ListObjectVersionsRequest.builder()
            .prefix(bucket.levelPrefix(level))
            .delimiter("/")
            .keyMarker(after));
  }

  /**
   * Reads pages, once. On each page versions are in order and markers are in order, but not
   * relative to each other.
   *
   * @param lastKey the object key up to which all entries are needed; null for all pages
   */
  void read(@Nullable String lastKey, Consumer<Entry> each) {
    ListObjectVersionsResponse reply;
    do {
      reply = fetch(request.build());
      entries(reply).forEach(each);
      request.keyMarker(reply.nextKeyMarker()).versionIdMarker(reply.nextVersionIdMarker());
    } while (reply.isTruncated()
        && (lastKey == null || AS_S3.compare(reply.nextKeyMarker(), lastKey) <= 0));
  }

  private ListObjectVersionsResponse fetch(ListObjectVersionsRequest sent) {
    ListObjectVersionsResponse reply =
        bucket.call(S3Operation.LIST_VERSIONS, target, s3 -> s3.listObjectVersions(sent));
    if (reply.name() == null || reply.isTruncated() == null) {
      throw invalid("it is not a ListVersionsResult", reply);
    }
    String marker = reply.nextKeyMarker();
    if (reply.isTruncated()
        && (marker == null
            || (marker.equals(sent.keyMarker())
                && Objects.equals(reply.nextVersionIdMarker(), sent.versionIdMarker())))) {
      throw invalid("it is truncated and has no new marker", reply);
    }
    return reply;
  }

  private StoreException invalid(String why, ListObjectVersionsResponse reply) {
    return S3ErrorTranslator.foreignReply(S3Operation.LIST_VERSIONS, target, why, reply);
  }

  private static Stream<Entry> entries(ListObjectVersionsResponse reply) {
    return Stream.concat(
        reply.versions().stream()
            .map(
                v ->
                    entry(v.key(), v.versionId(), v.lastModified(), v.size(), v.isLatest(), false)),
        reply.deleteMarkers().stream()
            .map(m -> entry(m.key(), m.versionId(), m.lastModified(), 0, m.isLatest(), true)));
  }

  private static Entry entry(
      String key, String id, Instant lastModified, long size, boolean latest, boolean deletion) {
    return new Entry(key, new StoredVersion(id, lastModified, size, latest, deletion));
  }
}
