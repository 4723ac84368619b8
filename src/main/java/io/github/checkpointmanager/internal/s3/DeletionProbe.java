package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Finds out whether a server compares the ETag of each key of a DeleteObjects. Most servers but AWS
 * accept it and delete whatever is current. Four requests: creates a random key, deletes it by a
 * wrong ETag (must fail), reads it (must be there), deletes it by the right ETag (must succeed).
 * What is left of the key costs further requests.
 *
 * <p>A server that is unfit for this is no error: claims are then released instead of deleted.
 */
public final class DeletionProbe {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionProbe.class);

  private final S3Bucket bucket;
  private final ProbeKeys keys;
  private final String key;

  private DeletionProbe(S3Bucket bucket) {
    this.bucket = bucket;
    this.keys = new ProbeKeys(bucket);
    this.key = keys.key();
  }

  /**
   * Returns whether the ETags of a DeleteObjects are compared; asks once for each process and
   * bucket.
   *
   * @throws StoreException the server did not answer; nothing is remembered
   */
  public static boolean isCompared(S3Bucket bucket) {
    return bucket.capabilities().comparesDeletions(() -> new DeletionProbe(bucket).run());
  }

  private boolean run() {
    var created = new ObjectWriter(bucket).createVersion(key, content());
    if (created.result().outcome() != Outcome.WRITTEN) {
      throw unfinished("the key of the probe could not be created", null);
    }
    Version version = created.result().version().orElseThrow();
    Optional<DeletedObject> deleted = Optional.empty();
    try {
      deleted = delete(ConditionProbe.WRONG);
      if (deleted.isPresent() || new ObjectReader(bucket).readHead(key).isEmpty()) {
        return false;
      }
      deleted = delete(version);
      return deleted.isPresent();
    } finally {
      removeAll(deleted, created.versionId());
    }
  }

  private byte[] content() {
    return ("checkpoint-manager probe " + key + "\n").getBytes(US_ASCII);
  }

  /** Deletes by an ETag; empty when the server refuses that. */
  private Optional<DeletedObject> delete(Version version) {
    var entry =
        DeleteBatch.identifier(bucket.objectKey(key), null).toBuilder().eTag(version.value());
    try {
      DeleteObjectsResponse reply =
          bucket.send(
              S3Operation.DELETE,
              s3 -> s3.deleteObjects(DeleteBatch.request(bucket, List.of(entry.build()))));
      for (S3Error error : reply.errors()) {
        if (S3ErrorGroup.of(String.valueOf(error.code())).isPassing()) {
          throw unfinished("the server answered " + error.code(), null);
        }
      }
      return reply.deleted().stream().findFirst();
    } catch (SdkException e) {
      StoreException failure = bucket.failure(S3Operation.DELETE, bucket.describe(key), e);
      if (failure.kind() == Kind.INVALID || failure.kind() == Kind.UNSUPPORTED) {
        LOG.debug("DeleteObjects with an ETag is refused", e);
        return Optional.empty();
      }
      throw unfinished(failure.why(), failure);
    }
  }

  /** On a bucket with versioning the deleted key leaves its version and a delete marker. */
  private void removeAll(Optional<DeletedObject> deleted, @Nullable String versionId) {
    if (deleted.isEmpty() || versionId != null) {
      keys.remove(key, versionId);
    }
    deleted.map(DeletedObject::deleteMarkerVersionId).ifPresent(id -> keys.remove(key, id));
  }

  private StoreException unfinished(String why, @Nullable StoreException cause) {
    return new StoreException(
        Kind.UNAVAILABLE,
        "The probe of conditional deletions on s3://" + bucket.name() + " did not finish",
        why,
        cause == null ? "Nothing was deleted. Try again later" : cause.remedy(),
        cause);
  }
}
