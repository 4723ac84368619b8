package io.github.checkpointmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.record.State;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The check of the chaos run finds each kind of violation, and none in a good history. */
class HistoryCheckTest {
  private final Trace trace = Trace.good();
  private final Set<Violation.Kind> seen = EnumSet.noneOf(Violation.Kind.class);

  private void assertOnly(Violation.Kind... kinds) {
    Set<Violation.Kind> found =
        HistoryCheck.violations(trace.history()).stream()
            .map(Violation::kind)
            .collect(Collectors.toSet());
    assertThat(found).containsExactlyInAnyOrder(kinds);
    seen.addAll(found);
  }

  /** One test for each kind, run again here, so that the order of the tests does not matter. */
  @Test
  void everyKind_isSeenByATest() {
    for (Consumer<HistoryCheckTest> test :
        List.<Consumer<HistoryCheckTest>>of(
            HistoryCheckTest::stageWithoutRecord_isSeen,
            HistoryCheckTest::recordThatNobodySent_isSeen,
            HistoryCheckTest::checkpointWrittenTwice_isSeen,
            HistoryCheckTest::completionWithAnothersToken_isSeen,
            HistoryCheckTest::completionWithoutRenewal_isSeen,
            HistoryCheckTest::savedThoughAnothersRecordStands_isSeen,
            HistoryCheckTest::lostThoughItsRecordStands_isSeen,
            HistoryCheckTest::twoCreators_areSeen,
            HistoryCheckTest::attemptThatDoesNotRise_isSeen,
            HistoryCheckTest::tokenThatDoesNotGrow_isSeen,
            HistoryCheckTest::takeoverWithinTheLeaseAndItsMargin_isSeen,
            HistoryCheckTest::validAfterTheNextAttemptBegan_isSeen,
            HistoryCheckTest::expiredClaimThatAWaiterLeavesAlone_isSeen,
            HistoryCheckTest::callThatEndsAsNoneMay_isSeen)) {
      var instance = new HistoryCheckTest();
      test.accept(instance);
      seen.addAll(instance.seen);
    }

    seen.add(Violation.Kind.CLEARED_WHILE_HELD); // by ChurnRulesTest
    seen.addAll(UndoRulesTest.SEEN);
    assertThat(seen).containsExactlyInAnyOrder(Violation.Kind.values());
  }

  @Test
  void goodHistory_hasNone() {
    assertOnly();
    assertThat(new WaiterRules(StageHistory.of(trace.history(), Trace.STAGE)).polls()).isOne();
  }

  @Test
  void stageWithoutRecord_isSeen() {
    trace.records.clear();
    trace.events.removeIf(e -> e.detail().equals(Trace.WRITE_ID));

    assertOnly(Violation.Kind.NO_SINGLE_RECORD);
  }

  @Test
  void damagedRecord_isSeen() {
    trace.problems.add("s is damaged");

    assertOnly(Violation.Kind.NO_SINGLE_RECORD);
  }

  @Test
  void recordThatNobodySent_isSeen() {
    trace.forget(request -> request.kind() == WireRequest.Kind.PUT_CHECKPOINT);

    assertOnly(Violation.Kind.FOREIGN_RECORD);
  }

  @Test
  void recordOfTheKilled_isFine() {
    trace.event("w1", 2.1, WorkerEvent.Kind.TASK_ENDED, 1, "");
    trace.forget(request -> !request.worker().equals("w1"));
    trace.events.removeIf(event -> event.worker().equals("w2"));
    trace.putClaim("w1", 2.2, "v1", "v1b", Trace.claim(State.RUNNING, "o1", 1));
    trace.putCheckpoint("w1", 2.5, Trace.completion(Trace.WRITE_ID, 1));
    trace.records.put(Trace.STAGE, Trace.completion(Trace.WRITE_ID, 1));

    assertOnly();
  }

  @Test
  void checkpointWrittenTwice_isSeen() {
    trace.putCheckpoint("w2", 13.5, Trace.completion(Trace.WRITE_ID, 2));

    assertOnly(Violation.Kind.SAVED_TWICE);
  }

  @Test
  void completionWithAnothersToken_isSeen() {
    trace.forget(request -> request.kind() == WireRequest.Kind.PUT_CHECKPOINT);
    RecordSummary stolen =
        new RecordSummary(State.COMPLETED, Trace.WRITE_ID, "", 2, OptionalLong.of(Trace.token(3)));
    trace.putCheckpoint("w2", 13, stolen);

    assertOnly(Violation.Kind.UNCLAIMED_COMPLETION);
  }

  @Test
  void completionWithoutRenewal_isSeen() {
    trace.forget(request -> request.expected().equals("v2"));

    assertOnly(Violation.Kind.UNRENEWED_COMPLETION);
  }

  @Test
  void savedThoughAnothersRecordStands_isSeen() {
    trace.event("w1", 17, WorkerEvent.Kind.SAVED, 1, "c1");

    assertOnly(Violation.Kind.WRONGLY_REPORTED);
  }

  @Test
  void skippedForARecordThatDoesNotStand_isSeen() {
    trace.event("w3", 17, WorkerEvent.Kind.SKIPPED, 0, "c9");

    assertOnly(Violation.Kind.WRONGLY_REPORTED);
  }

  @Test
  void lostThoughItsRecordStands_isSeen() {
    trace.event("w2", 17, WorkerEvent.Kind.LOST, 2, "");

    assertOnly(Violation.Kind.SAVED_THOUGH_LOST);
  }

  @Test
  void twoTakersOfOneVersion_areSeen() {
    trace.putClaim("w3", 9.6, "v1", "v9", Trace.claim(State.RUNNING, "o3", 2));

    assertOnly(Violation.Kind.LOST_UPDATE);
  }

  @Test
  void twoCreators_areSeen() {
    trace.putClaim("w3", 1.2, "*", "v9", Trace.claim(State.RUNNING, "o3", 1));

    assertOnly(Violation.Kind.LOST_UPDATE);
  }

  @Test
  void attemptThatDoesNotRise_isSeen() {
    trace.putClaim("w3", 24, "v3", "v4", Trace.claim(State.RUNNING, "o3", 2));

    assertOnly(Violation.Kind.ATTEMPT_OUT_OF_ORDER);
  }

  @Test
  void renewalWithALowerAttempt_isSeen() {
    trace.putClaim("w2", 13.2, "v3", "v4", Trace.claim(State.RUNNING, "o2", 1));

    assertOnly(Violation.Kind.ATTEMPT_OUT_OF_ORDER);
  }

  @Test
  void tokenThatDoesNotGrow_isSeen() {
    trace.putClaim("w3", 24, "v3", "v4", Trace.claim(State.RUNNING, "o3", 3));
    trace.events.add(
        new WorkerEvent(
            "w3", 25_000_000_000L, WorkerEvent.Kind.CLAIMED, Trace.STAGE, 3, Trace.token(2), ""));

    assertOnly(Violation.Kind.TOKEN_NOT_GREATER);
  }

  @Test
  void twoHoldersOfOneAttempt_areSeen() {
    trace.event("w3", 11, WorkerEvent.Kind.CLAIMED, 2, "");

    assertOnly(Violation.Kind.TOKEN_NOT_GREATER);
  }

  @Test
  void takeoverWithinTheLeaseAndItsMargin_isSeen() {
    trace.putClaim("w3", 19.3, "v3", "v4", Trace.claim(State.RUNNING, "o3", 3));

    assertOnly(Violation.Kind.TAKEN_TOO_EARLY);
  }

  @Test
  void takeoverOfAKilledWorkersClaim_isNeverTooEarly() {
    trace.kill("w2", 19.2);
    trace.putClaim("w3", 19.3, "v3", "v4", Trace.claim(State.RUNNING, "o3", 3));

    assertOnly();
  }

  /** The first try to write it hung until its lease had passed. */
  @Test
  void ownClaimThatIsTakenAgainBeforeItsTask_isAllowed() {
    trace.putClaim("w2", 9.4, "v1", "v1b", Trace.claim(State.RUNNING, "o2a", 2));
    trace.forget(request -> request.version().equals(Optional.of("v2")));
    trace.putClaim("w2", 9.5, "v1b", "v2", Trace.claim(State.RUNNING, "o2", 2));

    assertOnly();
  }

  @Test
  void ownClaimThatIsTakenAgainAfterItsTaskBegan_isSeen() {
    trace.putClaim("w2", 9.4, "v1", "v1b", Trace.claim(State.RUNNING, "o2a", 2));
    trace.forget(request -> request.version().equals(Optional.of("v2")));
    trace.event("w2", 9.45, WorkerEvent.Kind.CLAIMED, 2, "");
    trace.putClaim("w2", 9.5, "v1b", "v2", Trace.claim(State.RUNNING, "o2", 2));

    assertOnly(
        Violation.Kind.ATTEMPT_OUT_OF_ORDER,
        Violation.Kind.TAKEN_TOO_EARLY,
        Violation.Kind.TOKEN_NOT_GREATER);
  }

  @Test
  void takeoverBeforeTheHolderWasKilled_isSeen() {
    trace.kill("w2", 19.4);
    trace.putClaim("w3", 19.3, "v3", "v4", Trace.claim(State.RUNNING, "o3", 3));

    assertOnly(Violation.Kind.TAKEN_TOO_EARLY);
  }

  @Test
  void takeoverOfAnEndedClaim_isNeverTooEarly() {
    trace.putClaim("w2", 14.1, "v3", "v4", Trace.claim(State.RELEASED, "o2", 2));
    trace.putClaim("w3", 14.3, "v4", "v5", Trace.claim(State.RUNNING, "o3", 3));

    assertOnly();
  }

  @Test
  void validAfterTheNextAttemptBegan_isSeen() {
    trace.event("w1", 10.5, WorkerEvent.Kind.VALID, 1, "");

    assertOnly(Violation.Kind.TWO_VALID);
  }

  @Test
  void invalidAfterTheNextAttemptBegan_isFine() {
    trace.event("w1", 10.5, WorkerEvent.Kind.INVALID, 1, "");

    assertOnly();
  }

  @Test
  void expiredClaimThatAWaiterLeavesAlone_isSeen() {
    trace.event("w3", 8, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w3", 9.2, "v1", 8);

    assertOnly(Violation.Kind.NOT_TAKEN);
  }

  @Test
  void releasedClaimThatAWaiterLeavesAlone_isSeen() {
    trace.putClaim("w2", 14.1, "v3", "v4", Trace.claim(State.RELEASED, "o2", 2));
    trace.event("w3", 14.2, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w3", 14.5, "v4", 0);

    assertOnly(Violation.Kind.NOT_TAKEN);
  }

  @Test
  void expiredClaimThatAWaiterLeavesAloneThoughNothingIsCompleted_isSeen() {
    trace.event("w3", 8, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w3", 9.2, "v1", 8);
    trace.getAbsentCheckpoint("w3", 9.3);
    trace.event("w3", 9.4, WorkerEvent.Kind.BUSY, 0, "");
    trace.event("w3", 9.5, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w3", 9.6, "v2", 0);

    assertOnly(Violation.Kind.NOT_TAKEN);
  }

  @Test
  void expiredClaimOfACompletedStage_isLeftAlone() {
    trace.event("w3", 8, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w3", 9.2, "v1", 8);
    trace.getCheckpoint("w3", 9.3);

    assertOnly();
  }

  @Test
  void expiredClaimThatAWaiterLeavesAloneForItIsKilled_isFine() {
    trace.event("w4", 8, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w4", 9.2, "v1", 8);
    trace.kill("w4", 9.3);

    assertOnly();
  }

  @Test
  void expiredClaimThatItsOldHolderReads_isNoPoll() {
    trace.killed.clear();
    trace.getClaim("w1", 9.2, "v1", 8);

    assertOnly();
  }

  @Test
  void readBackOfATakeover_isNoPoll() {
    trace.event("w4", 8, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w4", 9.1, "v1", 8);
    WireRequest lost =
        new WireRequest(
            "w4",
            WireRequest.Kind.PUT_CLAIM,
            Trace.STAGE,
            "v1",
            9_200_000_000L,
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Trace.claim(State.RUNNING, "o4", 2)));
    trace.wire.add(lost);
    trace.getClaim("w4", 9.3, "v1", 8);

    assertOnly();
  }

  @Test
  void callThatEndsAsNoneMay_isSeen() {
    trace.event("w3", 17, WorkerEvent.Kind.UNEXPECTED, 0, "AccessDeniedException");

    assertOnly(Violation.Kind.UNEXPECTED);
  }

  @Test
  void event_isReadAsItWasWritten() {
    WorkerEvent event =
        new WorkerEvent("w1", 7, WorkerEvent.Kind.BUSY, "s", 2, 3, "words, several");

    assertThat(WorkerEvent.parse(event.toLine().strip())).isEqualTo(event);
  }
}
