package io.github.checkpointmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check of a run with clears sees each violation. */
class ChurnRulesTest {
  private final List<WorkerEvent> events = new ArrayList<>();

  private void event(String worker, Kind kind, long token) {
    events.add(new WorkerEvent(worker, events.size(), kind, "s", 1, token, ""));
  }

  private List<Violation.Kind> violations() {
    return new ChurnRules("s", events).violations().stream().map(Violation::kind).toList();
  }

  private void holds(String worker, long token) {
    event(worker, Kind.ENTERED, 0);
    event(worker, Kind.CLAIMED, token);
    event(worker, Kind.VALID, token);
    event(worker, Kind.TASK_ENDED, token);
  }

  @Test
  void holdersInTurn_withAClearInBetween_areAllowed() {
    holds("a", 5);
    event("b", Kind.CLEARING, 0);
    event("b", Kind.CLEARED, 0);
    holds("b", 6);

    assertThat(violations()).isEmpty();
  }

  @Test
  void tokenThatIsNotGreater_isSeen() {
    event("a", Kind.ENTERED, 0);
    event("a", Kind.CLAIMED, 6);
    event("b", Kind.ENTERED, 0);
    event("b", Kind.CLAIMED, 5);

    assertThat(violations()).containsExactly(Violation.Kind.TOKEN_NOT_GREATER);
  }

  @Test
  void tokenThatIsGivenTwice_isSeen() {
    event("a", Kind.ENTERED, 0);
    event("b", Kind.ENTERED, 0);
    event("a", Kind.CLAIMED, 5);
    event("b", Kind.CLAIMED, 5);

    assertThat(violations()).containsOnly(Violation.Kind.TOKEN_NOT_GREATER);
  }

  @Test
  void claimThatIsValidAfterALaterOneHasBegun_isSeen() {
    event("a", Kind.ENTERED, 0);
    event("a", Kind.CLAIMED, 5);
    event("a", Kind.VALID, 5);
    holds("b", 6);
    event("a", Kind.VALID, 5);

    assertThat(violations()).containsExactly(Violation.Kind.TWO_VALID);
  }

  @Test
  void clearBesideAHolder_isSeen() {
    event("a", Kind.ENTERED, 0);
    event("a", Kind.CLAIMED, 5);
    event("a", Kind.VALID, 5);
    event("b", Kind.CLEARING, 0);
    event("b", Kind.CLEARED, 0);
    event("a", Kind.VALID, 5);

    assertThat(violations()).containsExactly(Violation.Kind.CLEARED_WHILE_HELD);
  }

  @Test
  void outcomeThatIsNotAllowed_isSeen() {
    event("a", Kind.UNEXPECTED, 0);

    assertThat(violations()).containsExactly(Violation.Kind.UNEXPECTED);
  }
}
