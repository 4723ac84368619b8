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
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

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
    var order = new PageOrder();
    ListObjectVersionsResponse reply;
    do {
      reply = fetch(request.build(), order);
      entries(reply).forEach(each);
      request.keyMarker(reply.nextKeyMarker()).versionIdMarker(reply.nextVersionIdMarker());
    } while (reply.isTruncated()
        && (lastKey == null || AS_S3.compare(reply.nextKeyMarker(), lastKey) <= 0));
  }

  private ListObjectVersionsResponse fetch(ListObjectVersionsRequest sent, PageOrder order) {
    ListObjectVersionsResponse reply =
        bucket.call(S3Operation.LIST_VERSIONS, target, s3 -> s3.listObjectVersions(sent));
    if (reply.name() == null || reply.isTruncated() == null) {
      throw invalid("it is not a ListVersionsResult", reply);
    }
    if (reply.isTruncated()) {
      String marker = reply.nextKeyMarker();
      if (marker == null) {
        throw invalid("it is truncated and has no marker", reply);
      }
      // Versions of one key may fill several pages: then the marker's version must be new.
      order
          .complaint(greatestKey(reply), true, marker + "\n" + reply.nextVersionIdMarker())
          .ifPresent(
              why -> {
                throw invalid(why, reply);
              });
    }
    return reply;
  }

  private static @Nullable String greatestKey(ListObjectVersionsResponse reply) {
    return Stream.of(
            reply.versions().stream().map(ObjectVersion::key),
            reply.deleteMarkers().stream().map(DeleteMarkerEntry::key),
            reply.commonPrefixes().stream().map(CommonPrefix::prefix))
        .flatMap(keys -> keys)
        .filter(Objects::nonNull)
        .max(AS_S3)
        .orElse(null);
  }

  private StoreException invalid(String why, ListObjectVersionsResponse reply) {
    return S3ErrorTranslator.foreignReply(S3Operation.LIST_VERSIONS, target, why, reply);
  }

  private Stream<Entry> entries(ListObjectVersionsResponse reply) {
    return Stream.concat(
        reply.versions().stream()
            .map(
                v -> {
                  if (v.size() == null) {
                    throw invalid("a version lacks its size", reply);
                  }
                  return entry(
                      v.key(), v.versionId(), v.lastModified(), v.size(), v.isLatest(), reply);
                }),
        reply.deleteMarkers().stream()
            .map(m -> entry(m.key(), m.versionId(), m.lastModified(), null, m.isLatest(), reply)));
  }

  /** A state of an object; a deletion if it has no size. */
  private Entry entry(
      @Nullable String key,
      @Nullable String id,
      @Nullable Instant lastModified,
      @Nullable Long size,
      @Nullable Boolean latest,
      ListObjectVersionsResponse reply) {
    if (key == null || id == null || lastModified == null || latest == null) {
      throw invalid("a version lacks its key, id, time or IsLatest", reply);
    }
    return new Entry(
        key, new StoredVersion(id, lastModified, size == null ? 0 : size, latest, size == null));
  }
}
