package io.github.checkpointmanager.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
  @ParameterizedTest
  @EnumSource
  void kind_hasItsStatus(CheckpointException.Kind kind) {
    int documented =
        switch (kind) {
          case INVALID -> 2;
          case BUSY, ATTEMPTS_EXHAUSTED -> 3;
          case CONFLICT, CLAIM_LOST -> 4;
          case DAMAGED, PAYLOAD -> 5;
          case UNAVAILABLE,
              OUTCOME_UNKNOWN,
              DENIED,
              NOT_FOUND,
              UNSUPPORTED,
              NOT_SAVED,
              INCOMPLETE ->
              6;
        };

    assertThat(ExitCodes.of(kind)).isEqualTo(documented);
  }

  @ParameterizedTest
  @EnumSource(StoreException.Kind.class)
  void failureOfAStore_isToldLikeOneOfTheLibrary(StoreException.Kind kind) {
    Problem problem = Problem.of(new StoreException(kind, "what", "why", "remedy"));

    assertThat(problem.exitCode())
        .isEqualTo(ExitCodes.of(CheckpointException.Kind.valueOf(kind.name())));
    assertThat(problem.message()).endsWith("what: why. remedy.");
  }

  @Test
  void workThatWasNotSaved_isToldByWhatStoppedTheSave() {
    CheckpointManager checkpoints =
        CheckpointManager.builder()
            .store(FaultyStore.around(new MemoryStore()).failAt(1, FaultyStore.Fault.FAIL_BEFORE))
            .open();

    Throwable failure = catchThrowable(() -> checkpoints.stage("t", () -> {}));
    Problem problem = Problem.of(failure);

    assertThat(failure).isInstanceOf(StageNotSavedException.class);
    assertThat(problem.kind()).isEqualTo("unavailable");
    assertThat(problem.exitCode()).isEqualTo(6);
    assertThat(problem.message()).doesNotContain("exception", "result()");
  }

  @Test
  void unknownOutcome_saysThatWord() {
    assertThat(
            Problem.of(
                    new StoreException(
                        StoreException.Kind.OUTCOME_UNKNOWN, "what", "why", "remedy"))
                .message())
        .isEqualTo("outcome unknown: what: why. remedy.");
  }

  @Test
  void requestId_isInTheMessage() {
    assertThat(
            Problem.of(
                    new StoreException(
                        StoreException.Kind.DENIED, "what", "why", "remedy", "REQ1", null))
                .message())
        .isEqualTo("what: why (request id REQ1). remedy.");
  }

  @Test
  void anythingElse_is125AndAsksForAReport() {
    Problem problem = Problem.of(new IllegalStateException("boom"));

    assertThat(problem.exitCode()).isEqualTo(125);
    assertThat(problem.message()).contains("boom", "report it as a bug");
  }

  @Test
  void message_isOneLineWithoutControlCharacters() {
    assertThat(Problem.of("usage", 2, "a\nb", "c\u001b[2J", "d").message())
        .isEqualTo("a\\nb: c\\u001b[2J. d.");
  }
}
