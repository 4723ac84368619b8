package io.github.checkpointmanager.internal.s3.deletion;

import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.internal.s3.object.S3Bucket;
import io.github.checkpointmanager.internal.s3.object.S3ErrorGroup;
import io.github.checkpointmanager.internal.s3.object.S3ErrorTranslator;
import io.github.checkpointmanager.internal.s3.object.S3Operation;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * One DeleteObjects request of at most 1,000 keys, or states of keys. It is not sent in "quiet"
 * mode: then success is an empty document, which a proxy's page looks like too; so a key counts as
 * deleted only if the reply names it. Keys that failed for a passing reason inside a 200 are sent
 * again, {@link #ATTEMPTS} times in all.
 */
public final class DeleteBatch implements Runnable {
  public static final int ATTEMPTS = Backoff.BATCH_DELETION.tries();

  private final S3Bucket bucket;
  private final DeletionReportBuilder tally;
  private final S3Operation operation;
  private final Map<Name, String> keys = new LinkedHashMap<>();

  /** How S3 names a state. */
  private record Name(String objectKey, @Nullable String versionId) {}

  DeleteBatch(S3Bucket bucket, Collection<ObjectState> states, DeletionReportBuilder tally) {
    this.bucket = bucket;
    this.tally = tally;
    states.forEach(s -> keys.put(new Name(s.objectKey(), s.versionId()), s.key()));
    boolean versions = states.stream().anyMatch(state -> state.versionId() != null);
    this.operation = versions ? S3Operation.PURGE : S3Operation.DELETE;
  }

  @Override
  public void run() {
    StoreException refusal = tally.refusal();
    if (refusal != null) {
      tally.failed(keys.values(), refusal);
      return;
    }
    for (int attempt = 1; !keys.isEmpty(); attempt++) {
      try {
        settle(send(), attempt == ATTEMPTS);
      } catch (StoreException e) {
        tally.failed(keys.values(), e);
        return;
      }
      if (!keys.isEmpty()) {
        pause(attempt);
      }
    }
  }

  private DeleteObjectsResponse send() {
    List<ObjectIdentifier> objects = new ArrayList<>();
    for (Name name : keys.keySet()) {
      objects.add(
          ObjectIdentifier.builder().key(name.objectKey()).versionId(name.versionId()).build());
    }
    try {
      return bucket
          .client()
          .deleteObjects(
              DeleteObjectsRequest.builder()
                  .bucket(bucket.name())
                  .delete(Delete.builder().objects(objects).quiet(false).build())
                  .build());
    } catch (SdkException e) {
      throw S3ErrorTranslator.translate(
          operation, keys.size() + " keys" + " in " + bucket.describe(""), e);
    }
  }

  /** Removes every key whose outcome is final from the map. */
  private void settle(DeleteObjectsResponse reply, boolean last) {
    int before = keys.size();
    reply.deleted().forEach(state -> settled(state.key(), state.versionId()));
    tally.deleted(before - keys.size());
    for (S3Error error : reply.errors()) {
      settle(error, last);
    }
    if (last) {
      keys.values()
          .forEach(
              key ->
                  tally.failed(
                      key,
                      StoreException.Kind.OUTCOME_UNKNOWN,
                      "the reply names it neither as deleted nor as failed"));
      keys.clear();
    }
  }

  private void settle(S3Error error, boolean last) {
    String code = String.valueOf(error.code());
    S3ErrorGroup group = S3ErrorGroup.of(code);
    if (!last && group.isPassing()) {
      return;
    }
    String key = settled(error.key(), error.versionId());
    if (key == null) {
      return;
    }
    if (group == S3ErrorGroup.NO_SUCH_KEY || group == S3ErrorGroup.NO_SUCH_VERSION) {
      tally.deleted(1);
      return;
    }
    tally.failed(
        key,
        group.kind(operation),
        code + ", " + ForeignText.oneLine(error.message()) + ". " + group.remedy(operation));
  }

  /** Takes out what a reply names. Where no version was asked for, none matters. */
  private @Nullable String settled(String objectKey, @Nullable String versionId) {
    String key = keys.remove(new Name(objectKey, versionId));
    return key == null && operation == S3Operation.DELETE
        ? keys.remove(new Name(objectKey, null))
        : key;
  }

  private static void pause(int attempt) {
    double random = ThreadLocalRandom.current().nextDouble();
    LockSupport.parkNanos(Backoff.BATCH_DELETION.pause(attempt - 1, random).toNanos());
  }
}
