package io.github.checkpointmanager.cli;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
  @ParameterizedTest
  @CsvSource({
    "INVALID,2", "BUSY,3", "CONFLICT,4", "DAMAGED,5", "PAYLOAD,5", "UNAVAILABLE,6",
    "OUTCOME_UNKNOWN,6", "DENIED,6", "NOT_FOUND,6", "UNSUPPORTED,6", "NOT_SAVED,6", "INCOMPLETE,6"
  })
  void kind_hasItsStatus(CheckpointException.Kind kind, int status) {
    assertThat(ExitCodes.of(kind)).isEqualTo(status);
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
