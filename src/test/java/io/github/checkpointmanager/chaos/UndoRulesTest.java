package io.github.checkpointmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import io.github.checkpointmanager.internal.record.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The check of a run with rollbacks sees each violation, and none in a good history. */
class UndoRulesTest {
  /** The kinds that only this check finds; each has a test here. */
  static final Set<Violation.Kind> SEEN =
      EnumSet.of(
          Violation.Kind.TASK_BESIDE_COMPENSATION,
          Violation.Kind.COMPLETED_TWICE,
          Violation.Kind.COMPENSATED_TWICE,
          Violation.Kind.RAN_ON_UNDONE,
          Violation.Kind.UNTRUE);

  private final List<WorkerEvent> events = new ArrayList<>();
  private final List<WireRequest> wire = new ArrayList<>();
  private final Map<String, RecordSummary> records = new HashMap<>();

  private void event(String worker, Kind kind, String stage, long token) {
    events.add(new WorkerEvent(worker, events.size(), kind, stage, 1, token, ""));
  }

  private void works(String worker, String stage, long token) {
    event(worker, Kind.CLAIMED, stage, token);
    event(worker, Kind.VALID, stage, token);
    event(worker, Kind.TASK_ENDED, stage, token);
  }

  private void runs(String worker, String stage, long token) {
    event(worker, Kind.ENTERED, stage, 0);
    works(worker, stage, token);
    event(worker, Kind.SAVED, stage, token);
    completed(stage, token);
  }

  private void undoes(String worker, String stage, long token) {
    event(worker, Kind.ENTERED, stage, 0);
    event(worker, Kind.COMPENSATING, stage, token);
    event(worker, Kind.VALID, stage, token);
    event(worker, Kind.COMPENSATED, stage, token);
    event(worker, Kind.UNDONE, stage, token);
  }

  private RecordSummary completed(String stage, long token) {
    RecordSummary record =
        new RecordSummary(State.COMPLETED, "c" + token, "", 1, OptionalLong.of(token));
    records.put(stage, record);
    return record;
  }

  /** A completion that the server carries out now. */
  private void completesLate(String worker, String stage, long token) {
    long now = events.size();
    event(worker, Kind.STORE_FAILED, stage, token); // so that time passes
    RecordSummary record = completed(stage, token);
    wire.add(
        new WireRequest(
            worker,
            WireRequest.Kind.PUT_CHECKPOINT,
            stage,
            WireRequest.NOTHING,
            now,
            OptionalLong.of(now),
            OptionalLong.of(now),
            OptionalInt.of(200),
            true,
            Optional.of("v"),
            Optional.empty(),
            Optional.of(record)));
  }

  private UndoRules rules() {
    return new UndoRules(List.of("a", "b"), events, wire, records);
  }

  private List<Violation.Kind> violations() {
    return rules().violations().stream().map(Violation::kind).distinct().toList();
  }

  @Test
  void runs_withARollbackInBetween_areAllowed() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    undoes("w2", "b", 3);
    undoes("w2", "a", 4);
    runs("w3", "a", 5);
    runs("w3", "b", 6);

    assertThat(violations()).isEmpty();
    assertThat(rules().late()).isZero();
  }

  @Test
  void rollbackThatIsKilledAndContinued_isAllowed() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    event("w2", Kind.ENTERED, "b", 0);
    event("w2", Kind.COMPENSATING, "b", 3); // and is killed
    undoes("w3", "b", 4);
    runs("w1", "b", 5);

    assertThat(violations()).isEmpty();
  }

  @Test
  void taskBesideACompensation_isSeen() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    event("w2", Kind.ENTERED, "b", 0);
    event("w2", Kind.COMPENSATING, "b", 3);
    event("w3", Kind.ENTERED, "a", 0);
    event("w3", Kind.CLAIMED, "a", 4);
    event("w2", Kind.VALID, "b", 3);
    event("w3", Kind.VALID, "a", 4);
    event("w2", Kind.COMPENSATED, "b", 3);
    event("w3", Kind.TASK_ENDED, "a", 4);
    completed("a", 4);
    runs("w1", "b", 5);

    assertThat(violations())
        .containsOnly(Violation.Kind.TASK_BESIDE_COMPENSATION, Violation.Kind.COMPLETED_TWICE);
  }

  @Test
  void taskWhoseClaimIsLost_isNotBesideACompensation() {
    event("w1", Kind.ENTERED, "a", 0);
    event("w1", Kind.CLAIMED, "a", 1);
    event("w1", Kind.VALID, "a", 1); // and stops
    runs("w2", "a", 2);
    undoes("w3", "a", 3);
    event("w1", Kind.INVALID, "a", 1);
    event("w1", Kind.TASK_ENDED, "a", 1);
    runs("w2", "a", 4);
    runs("w2", "b", 5);

    assertThat(violations()).isEmpty();
  }

  @Test
  void completedStageThatRunsAgain_isSeen() {
    runs("w1", "a", 1);
    runs("w2", "a", 2);
    runs("w2", "b", 3);

    assertThat(violations()).containsExactly(Violation.Kind.COMPLETED_TWICE);
  }

  @Test
  void stageThatRunsAgainAfterItWasAbandoned_isAllowed() {
    runs("w1", "a", 1);
    event("w2", Kind.ABANDONING, "a", 0);
    event("w2", Kind.ABANDONED, "a", 0);
    runs("w3", "a", 2);
    runs("w3", "b", 3);

    assertThat(violations()).isEmpty();
  }

  @Test
  void stageThatRunsAgainAfterAnotherWasAbandoned_isSeen() {
    runs("w1", "a", 1);
    event("w2", Kind.ABANDONING, "a", 0);
    event("w2", Kind.NOT_ABANDONED, "a", 0);
    runs("w3", "a", 2);
    runs("w3", "b", 3);

    assertThat(violations()).containsExactly(Violation.Kind.COMPLETED_TWICE);
  }

  @Test
  void secondCompensation_isSeen() {
    runs("w1", "a", 1);
    undoes("w2", "a", 2);
    undoes("w3", "a", 3);
    runs("w1", "a", 4);
    runs("w1", "b", 5);

    assertThat(violations()).containsExactly(Violation.Kind.COMPENSATED_TWICE);
  }

  @Test
  void compensationOfWhatHasNeverRun_isSeen() {
    undoes("w2", "a", 2);
    runs("w1", "a", 4);
    runs("w1", "b", 5);

    assertThat(violations()).containsExactly(Violation.Kind.COMPENSATED_TWICE);
  }

  @Test
  void stageThatRunsOnWhatIsUndone_isSeen() {
    runs("w1", "a", 1);
    undoes("w2", "a", 2);
    runs("w3", "b", 3);
    runs("w3", "a", 4);

    assertThat(violations()).containsExactly(Violation.Kind.RAN_ON_UNDONE);
  }

  @Test
  void stageThatIsUndoneButCompleted_isSeen() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    undoes("w2", "b", 3);

    assertThat(violations()).containsExactly(Violation.Kind.UNTRUE);
  }

  @Test
  void stageThatIsMissingAtTheEnd_isSeen() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    records.remove("b");

    assertThat(violations()).containsExactly(Violation.Kind.UNTRUE);
  }

  @Test
  void stageThatNoTaskCompleted_isSeen() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    completed("b", 9);

    assertThat(violations()).containsExactly(Violation.Kind.UNTRUE);
  }

  @Test
  void lateCompletion_isExcusedAndCounted() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    undoes("w2", "b", 3);
    completesLate("w1", "b", 2);

    assertThat(violations()).isEmpty();
    assertThat(rules().late()).isOne();
  }

  @Test
  void compensationOfALateCompletion_isAllowed() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    undoes("w2", "b", 3);
    completesLate("w1", "b", 2);
    undoes("w2", "b", 4);
    runs("w3", "b", 5);

    assertThat(violations()).isEmpty();
  }

  @Test
  void compensationThatIsValidAfterALaterTaskBegan_isSeen() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    event("w2", Kind.ENTERED, "b", 0);
    event("w2", Kind.COMPENSATING, "b", 3);
    event("w3", Kind.ENTERED, "b", 0);
    event("w3", Kind.CLAIMED, "b", 4); // its claim is never valid
    event("w2", Kind.VALID, "b", 3);
    event("w3", Kind.TASK_ENDED, "b", 4);
    completed("b", 4);

    assertThat(violations()).containsExactly(Violation.Kind.TWO_VALID);
  }

  @Test
  void tokenOfACompensationThatIsNotGreater_isSeen() {
    runs("w1", "a", 5);
    undoes("w2", "a", 5);
    runs("w1", "a", 6);
    runs("w1", "b", 7);

    assertThat(violations()).contains(Violation.Kind.TOKEN_NOT_GREATER);
  }

  @Test
  void outcomeThatIsNotAllowed_isSeenOnce() {
    runs("w1", "a", 1);
    runs("w1", "b", 2);
    event("w1", Kind.UNEXPECTED, "b", 0);
    event("w1", Kind.UNEXPECTED, "-", 0);

    assertThat(rules().violations())
        .extracting(Violation::kind)
        .containsExactly(Violation.Kind.UNEXPECTED, Violation.Kind.UNEXPECTED);
  }
}
