package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists one level of the bucket by ListObjectsV2 with the delimiter {@code /}, a page at a time.
 * The server encodes the keys for URLs, since XML cannot express all of them; the SDK decodes them.
 */
public final class ObjectLister implements Iterator<Listing.Page> {
  private final S3Bucket bucket;
  private final String level;
  private final String prefix;
  private final PageOrder order = new PageOrder();
  private @Nullable String token;
  private boolean more = true;

  private ObjectLister(S3Bucket bucket, String level, String prefix) {
    this.bucket = bucket;
    this.level = level;
    this.prefix = prefix;
  }

  public static Listing list(S3Bucket bucket, String level) {
    String prefix = bucket.levelPrefix(level);
    return () -> new ObjectLister(bucket, level, prefix);
  }

  @Override
  public boolean hasNext() {
    return more;
  }

  @Override
  public Listing.Page next() {
    if (!more) {
      throw new NoSuchElementException();
    }
    ListObjectsV2Response reply =
        bucket.call(
            S3Operation.LIST,
            bucket.describe(level),
            s3 ->
                s3.listObjectsV2(
                    ask ->
                        ask.bucket(bucket.name())
                            .prefix(prefix)
                            .delimiter("/")
                            .encodingType(EncodingType.URL)
                            .continuationToken(token)));
    // Otherwise a page of HTML, parsed as XML, would be an empty listing.
    if (reply.name() == null || reply.isTruncated() == null) {
      throw invalid("it is not a ListBucketResult", reply);
    }
    // A cache that does not tell requests apart by their query answers with another listing.
    if (reply.prefix() != null && !reply.prefix().equals(prefix)) {
      throw invalid("it lists another prefix", reply);
    }
    String next = reply.nextContinuationToken();
    more = reply.isTruncated();
    if (more) {
      if (next == null) {
        throw invalid("it is truncated and has no continuation token", reply);
      }
      order
          .complaint(greatestKey(reply), false, next)
          .ifPresent(
              why -> {
                throw invalid(why, reply);
              });
    }
    token = next;
    return page(reply);
  }

  private static @Nullable String greatestKey(ListObjectsV2Response reply) {
    return Stream.concat(
            reply.contents().stream().map(S3Object::key),
            reply.commonPrefixes().stream().map(CommonPrefix::prefix))
        .filter(Objects::nonNull)
        .max(VersionPages.AS_S3)
        .orElse(null);
  }

  private Listing.Page page(ListObjectsV2Response reply) {
    List<Listing.Entry> objects = new ArrayList<>();
    for (S3Object object : reply.contents()) {
      String key = relative(object.key(), reply);
      if (key.indexOf('/', level.length()) >= 0) {
        throw invalid("it names a key of a level below", reply);
      }
      if (object.size() == null || object.lastModified() == null) {
        throw invalid("a key lacks its size or time", reply);
      }
      // Consoles create a "folder" as an object with the name of the level.
      if (!key.equals(level)) {
        // MinIO lists milliseconds, which its Date leaves out: a claim would seem too young.
        Instant time = object.lastModified().truncatedTo(ChronoUnit.SECONDS);
        objects.add(new Listing.Entry(key, object.size(), time, version(object)));
      }
    }
    List<String> children =
        reply.commonPrefixes().stream()
            .map(child -> child(relative(child.prefix(), reply).substring(level.length()), reply))
            .toList();
    return new Listing.Page(objects, children, bucket.timeOf(reply.sdkHttpResponse()));
  }

  /** As replies give it: with quotation marks, which some servers leave out of listings. */
  private static Optional<Version> version(S3Object object) {
    return Optional.ofNullable(object.eTag())
        .filter(tag -> !tag.isEmpty())
        .map(tag -> new Version(tag.endsWith("\"") ? tag : '"' + tag + '"'));
  }

  /** Otherwise who lists the levels below would come to no end. */
  private String child(String name, ListObjectsV2Response reply) {
    if (name.isEmpty() || name.indexOf('/') != name.length() - 1) {
      throw invalid("it names a level below that is none", reply);
    }
    return name;
  }

  private String relative(@Nullable String objectKey, ListObjectsV2Response reply) {
    if (objectKey == null || !objectKey.startsWith(prefix)) {
      throw invalid("it names a key outside of the prefix", reply);
    }
    return bucket.relative(objectKey);
  }

  private StoreException invalid(String why, ListObjectsV2Response reply) {
    return S3ErrorTranslator.foreignReply(S3Operation.LIST, bucket.describe(level), why, reply);
  }
}
