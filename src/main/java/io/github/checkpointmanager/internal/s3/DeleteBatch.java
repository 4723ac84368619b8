package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.BatchDeleter.DeletionReportBuilder;
import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Deletes at most 1,000 keys, or states of keys, by DeleteObjects. Not in "quiet" mode, in which
 * success is an empty document that looks like a proxy's page: a key counts as deleted only if the
 * reply names it. Keys that failed for a passing reason are sent again.
 *
 * <p>Each attempt is one request, without the SDK's retries: an attempt that was not answered may
 * be executed later, and then delete what was written since. After such an attempt only those
 * entries are sent again of which a late duplicate deletes nothing newer: states by their version
 * id, and keys whose ETag the server compares (Amazon S3 User Guide, "How to perform conditional
 * deletes"). What the server then says of such a key may be the effect of the first attempt, so the
 * key is read.
 */
final class DeleteBatch {
  private static final SdkPlugin ONE_ATTEMPT =
      client ->
          client.overrideConfiguration(
              client.overrideConfiguration().toBuilder()
                  .retryStrategy(AwsRetryStrategy.doNotRetry())
                  .build());

  private final S3Bucket bucket;
  private final DeletionReportBuilder report;
  private final S3Operation operation;
  private final Map<Id, State> left = new LinkedHashMap<>();

  /** Whether an attempt was not answered, so that it may be executed at any time. */
  private boolean doubtful;

  /** By what a reply names an entry. */
  private record Id(String objectKey, @Nullable String versionId) {}

  /**
   * What one entry of the request names.
   *
   * @param key relative to the store
   * @param versionId null for the key itself, which on a bucket with versioning gets a delete
   *     marker
   * @param eTag of the current version, if only that may be deleted and the server compares it
   */
  record State(String key, String objectKey, @Nullable String versionId, @Nullable String eTag) {
    static List<State> current(S3Bucket bucket, Collection<Deletion> deletions) {
      boolean compared = bucket.capabilities().comparesDeletions();
      return deletions.stream()
          .map(
              deletion ->
                  new State(
                      deletion.key(),
                      bucket.objectKey(deletion.key()),
                      null,
                      deletion.seen().filter(seen -> compared).map(Version::value).orElse(null)))
          .toList();
    }

    static State older(String key, String objectKey, String versionId) {
      return new State(key, objectKey, versionId, null);
    }

    /** Whether a late duplicate deletes nothing that was written since. */
    boolean isRepeatable() {
      return versionId != null || eTag != null;
    }

    private Id id() {
      return new Id(objectKey, versionId);
    }

    private ObjectIdentifier identifier() {
      return DeleteBatch.identifier(objectKey, versionId).toBuilder().eTag(eTag).build();
    }
  }

  DeleteBatch(S3Bucket bucket, Collection<State> states, DeletionReportBuilder report) {
    this.bucket = bucket;
    this.report = report;
    states.forEach(state -> left.put(state.id(), state));
    boolean versions = states.stream().anyMatch(state -> state.versionId() != null);
    this.operation = versions ? S3Operation.PURGE : S3Operation.DELETE;
  }

  void run() {
    for (int attempt = 1; !left.isEmpty(); attempt++) {
      if (attempt > 1) {
        double random = ThreadLocalRandom.current().nextDouble();
        LockSupport.parkNanos(Backoff.BATCH_DELETION.pause(attempt - 2, random).toNanos());
      }
      boolean last = attempt >= Backoff.BATCH_DELETION.tries();
      try {
        settle(send(), last);
      } catch (StoreException e) {
        unanswered(e, last);
      }
    }
  }

  private DeleteObjectsResponse send() {
    DeleteObjectsRequest request =
        request(bucket, left.values().stream().map(State::identifier).toList());
    return bucket.call(
        operation,
        left.size() + " keys in " + bucket.describe(""),
        s3 -> s3.deleteObjects(request));
  }

  /** A request that the SDK sends once. */
  static DeleteObjectsRequest request(S3Bucket bucket, List<ObjectIdentifier> entries) {
    return DeleteObjectsRequest.builder()
        .bucket(bucket.name())
        .delete(d -> d.objects(entries).quiet(false))
        .overrideConfiguration(o -> o.addPlugin(ONE_ATTEMPT))
        .build();
  }

  static ObjectIdentifier identifier(String objectKey, @Nullable String versionId) {
    return ObjectIdentifier.builder().key(objectKey).versionId(versionId).build();
  }

  /** The request failed as a whole: what may be sent again stays in the map. */
  private void unanswered(StoreException e, boolean last) {
    boolean passing = e.kind() == Kind.UNAVAILABLE || e.kind() == Kind.OUTCOME_UNKNOWN;
    if (passing && !last && (e.kind() == Kind.UNAVAILABLE || S3ErrorTranslator.isAnswered(e))) {
      return;
    }
    boolean unknown = e.kind() == Kind.OUTCOME_UNKNOWN;
    doubtful |= unknown;
    Map<Id, State> over = new LinkedHashMap<>(left);
    if (unknown && !last) {
      over.values().removeIf(State::isRepeatable);
    }
    left.keySet().removeAll(over.keySet());
    if (!over.isEmpty()) {
      report.failed(over.values().stream().map(State::key).toList(), doubtful ? inDoubt(e) : e);
    }
  }

  /** Once an attempt was not answered, a later failure does not make its outcome known. */
  private static StoreException inDoubt(StoreException e) {
    return e.kind() == Kind.OUTCOME_UNKNOWN
        ? e
        : new StoreException(
            Kind.OUTCOME_UNKNOWN,
            e.what(),
            e.why() + "; an earlier attempt of the same deletion was not answered",
            S3ErrorGroup.READ_BACK + ". And: " + e.remedy(),
            e.requestId().orElse(null),
            e);
  }

  /** Removes every entry from the map whose outcome is final. */
  private void settle(DeleteObjectsResponse reply, boolean last) {
    Map<Id, State> unnamed = new LinkedHashMap<>(left);
    reply.deleted().stream()
        .map(named -> find(named.key(), named.versionId()))
        .flatMap(Optional::stream)
        .forEach(state -> unnamed.remove(state.id()));
    report.deleted(left.size() - unnamed.size());
    left.keySet().retainAll(unnamed.keySet());
    for (S3Error error : reply.errors()) {
      Optional<State> state = find(error.key(), error.versionId());
      state.ifPresent(failed -> unnamed.remove(failed.id()));
      state.ifPresent(failed -> settle(failed, error, last));
    }
    unnamed.values().forEach(state -> unnamed(state, last));
  }

  private void settle(State state, S3Error error, boolean last) {
    String code = String.valueOf(error.code());
    S3ErrorGroup group = S3ErrorGroup.of(code);
    if (!last && group.isPassing()) {
      return;
    }
    left.remove(state.id());
    boolean gone = group == S3ErrorGroup.NO_SUCH_KEY || group == S3ErrorGroup.NO_SUCH_VERSION;
    boolean conflict = group == S3ErrorGroup.CONDITION_FAILED && state.eTag() != null;
    if ((gone || conflict) && doubtful && state.eTag() != null) {
      read(state);
    } else if (gone) {
      report.deleted(1);
    } else if (conflict) {
      report.conflict(state.key());
    } else {
      report.failed(
          state.key(),
          doubtful ? Kind.OUTCOME_UNKNOWN : group.kind(operation),
          code + ", " + ForeignText.oneLine(error.message()) + ". " + group.remedy(operation));
    }
  }

  /** A reply that does not name a key is no answer for it, as a proxy's page is none. */
  private void unnamed(State state, boolean last) {
    doubtful = true;
    if (last || !state.isRepeatable()) {
      left.remove(state.id());
      String why = "the reply names the key neither as deleted nor as failed. ";
      report.failed(state.key(), Kind.OUTCOME_UNKNOWN, why + S3ErrorGroup.READ_BACK);
    }
  }

  /** Reads what became of a key after an attempt that was not answered. */
  private void read(State state) {
    try {
      Optional<StoredObject> now = new ObjectReader(bucket).readHead(state.key());
      if (now.isEmpty()) {
        report.deleted(1);
      } else if (!now.get().version().value().equals(state.eTag())) {
        report.conflict(state.key());
      } else {
        String why = "the server refused the version that it shows. " + S3ErrorGroup.READ_BACK;
        report.failed(state.key(), Kind.OUTCOME_UNKNOWN, why);
      }
    } catch (StoreException e) {
      report.failed(state.key(), inDoubt(e));
    }
  }

  /** Finds what a reply names. A plain deletion may name the version of its marker. */
  private Optional<State> find(String objectKey, @Nullable String versionId) {
    return Optional.ofNullable(left.get(new Id(objectKey, versionId)))
        .or(() -> Optional.ofNullable(left.get(new Id(objectKey, null))));
  }
}
