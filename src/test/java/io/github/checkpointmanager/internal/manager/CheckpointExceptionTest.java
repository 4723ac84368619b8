package io.github.checkpointmanager.internal.manager;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.AccessDeniedException;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.StageBusyException;
import io.github.checkpointmanager.StoreNotFoundException;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.UnsupportedStoreException;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.Records;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of failure: its class, its three parts, its way over a wire. */
class CheckpointExceptionTest {
  private final CheckpointStore memory = new MemoryStore();

  /** Answers every request with one failure. */
  private final class Failing extends ForwardingStore {
    private final StoreException failure;

    Failing(StoreException.Kind kind) {
      super(memory);
      this.failure =
          new StoreException(kind, "PUT of it failed", "so it is", "Mend it", "RQ1", null);
    }

    @Override
    public Optional<StoredObject> readHead(String key) {
      throw failure;
    }

    @Override
    public WriteResult create(String key, byte[] content) {
      throw failure;
    }
  }

  @ParameterizedTest
  @EnumSource(StoreException.Kind.class)
  void everyKindOfStoreFailure_hasItsClassAndItsThreeParts(StoreException.Kind kind) {
    CheckpointManager checkpoints = CheckpointManager.builder().store(new Failing(kind)).open();

    var failure = catchThrowableOfType(CheckpointException.class, () -> checkpoints.save("train"));

    assertThat(failure)
        .isInstanceOf(
            switch (kind) {
              case UNAVAILABLE -> StoreUnavailableException.class;
              case OUTCOME_UNKNOWN -> OutcomeUnknownException.class;
              case DENIED -> AccessDeniedException.class;
              case NOT_FOUND -> StoreNotFoundException.class;
              case UNSUPPORTED -> UnsupportedStoreException.class;
              case INVALID -> InvalidInputException.class;
              case CONFLICT -> CheckpointConflictException.class;
            });
    assertThat(failure.kind().name()).isEqualTo(kind.name());
    assertThat(failure.stage()).hasValue("train");
    assertThat(failure.location()).isEqualTo("memory:");
    assertThat(failure.requestId()).hasValue("RQ1");
    assertThat(failure.what()).contains("'train'");
    assertThat(failure.why()).isEqualTo("PUT of it failed: so it is");
    assertThat(failure.remedy()).isEqualTo("Mend it");
    assertThat(failure)
        .hasMessage(failure.what() + ": " + failure.why() + " (request id RQ1). Mend it.");
  }

  @Test
  void everyException_survivesSerialization() throws Exception {
    CheckpointManager checkpoints = CheckpointManager.builder().store(memory).open();
    Checkpoint seen = checkpoints.save("a").checkpoint().orElseThrow();
    checkpoints.replace(seen, SaveOptions.none());
    Records.put(
        memory,
        "c.claim",
        Records.encoded(
            State.RUNNING,
            Map.of("Stage", "c", "Owner", "o", "Attempt", "1", "Lease", "PT1H"),
            Optional.empty()));

    var conflict =
        catchThrowableOfType(
            CheckpointConflictException.class, () -> checkpoints.replace(seen, SaveOptions.none()));
    var busy = catchThrowableOfType(StageBusyException.class, () -> checkpoints.clear());
    var unknown =
        catchThrowableOfType(
            OutcomeUnknownException.class,
            () ->
                CheckpointManager.builder()
                    .store(new Failing(StoreException.Kind.OUTCOME_UNKNOWN))
                    .open()
                    .save("a"));
    var notSaved = new Errors(memory).notSaved("a", unknown, Instant.EPOCH);

    assertThat(copy(conflict).current()).isEmpty();
    assertThat(copy(busy).stages()).containsExactly("c");
    assertThat(copy(notSaved).result()).isNull();
    assertThat(requireNonNull(copy(notSaved).getCause())).hasMessage(unknown.getMessage());
    OutcomeUnknownException far = copy(unknown);
    assertThat(far).hasMessage(unknown.getMessage());
    assertThat(far.kind()).isEqualTo(unknown.kind());
    assertThat(far.stage()).isEqualTo(unknown.stage());
    assertThatThrownBy(far::retry).isInstanceOf(IllegalStateException.class);
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"}) // the bytes are this test's own
  private static <T extends CheckpointException> T copy(T exception) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(exception);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }
}
