package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists one level of the bucket by ListObjectsV2 with the delimiter {@code /}, a page at a time.
 * The server encodes the keys for URLs, since XML cannot express all of them; the SDK decodes them.
 */
public final class ObjectLister {
  private final S3Bucket bucket;

  public ObjectLister(S3Bucket bucket) {
    this.bucket = bucket;
  }

  public Listing list(String level) {
    String prefix = bucket.keys().levelPrefix(level);
    return () -> new Pages(level, prefix);
  }

  private final class Pages implements Iterator<Listing.Page> {
    private final String level;
    private final String prefix;
    private @Nullable String token;
    private boolean more = true;

    Pages(String level, String prefix) {
      this.level = level;
      this.prefix = prefix;
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
      ListObjectsV2Response reply = fetch();
      String next = reply.nextContinuationToken();
      more = reply.isTruncated();
      if (more && (next == null || next.equals(token))) {
        throw invalid("it is truncated and has no continuation token", reply);
      }
      token = next;
      return page(reply);
    }

    private ListObjectsV2Response fetch() {
      try {
        ListObjectsV2Response reply =
            bucket
                .client()
                .listObjectsV2(
                    ListObjectsV2Request.builder()
                        .bucket(bucket.name())
                        .prefix(prefix)
                        .delimiter("/")
                        .encodingType(EncodingType.URL)
                        .continuationToken(token)
                        .build());
        // Otherwise a page of HTML, parsed as XML, would be an empty listing.
        if (reply.name() == null || reply.isTruncated() == null) {
          throw invalid("it is not a ListBucketResult", reply);
        }
        return reply;
      } catch (SdkException e) {
        throw S3ErrorTranslator.translate(S3Operation.LIST, bucket.describe(level), e);
      }
    }

    private Listing.Page page(ListObjectsV2Response reply) {
      List<Listing.Entry> objects = new ArrayList<>();
      for (S3Object object : reply.contents()) {
        String key = relative(object.key(), reply);
        if (object.size() == null || object.lastModified() == null) {
          throw invalid("a key lacks its size or time", reply);
        }
        // Consoles create a "folder" as an object with the name of the level.
        if (!key.equals(level)) {
          // MinIO lists milliseconds, which its Date leaves out: a claim would seem too young.
          Instant time = object.lastModified().truncatedTo(ChronoUnit.SECONDS);
          objects.add(new Listing.Entry(key, object.size(), time));
        }
      }
      List<String> children = new ArrayList<>();
      for (CommonPrefix child : reply.commonPrefixes()) {
        children.add(relative(child.prefix(), reply).substring(level.length()));
      }
      return new Listing.Page(objects, children, bucket.timeOf(reply.sdkHttpResponse()));
    }

    private String relative(@Nullable String objectKey, ListObjectsV2Response reply) {
      if (objectKey == null || !objectKey.startsWith(prefix)) {
        throw invalid("it names a key outside of the prefix", reply);
      }
      return bucket.keys().relative(objectKey);
    }

    private StoreException invalid(String why, ListObjectsV2Response reply) {
      return S3ErrorTranslator.foreignReply(S3Operation.LIST, bucket.describe(level), why, reply);
    }
  }
}
