package io.github.checkpointmanager.internal.save;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.save.FaultyWorld.End;
import io.github.checkpointmanager.internal.save.FaultyWorld.Standing;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault at every call, and every sequence of up to three of them. */
class SaveProtocolFaultsTest {
  private static final RecordWrite OURS = FaultyWorld.write("ours");
  private static final RecordWrite THEIRS = FaultyWorld.write("theirs");

  @ParameterizedTest
  @EnumSource(Standing.class)
  void save_withoutFaults_endsAsTheTableSays(Standing standing) {
    var world = new FaultyWorld(standing, new TreeMap<>());

    WriteOutcome outcome = world.protocol.save(OURS);

    switch (standing) {
      case NOTHING ->
          assertThat(outcome)
              .isInstanceOfSatisfying(
                  WriteOutcome.Written.class, w -> assertThat(w.repaired()).isFalse());
      case ANOTHERS, HOME_MADE -> assertThat(outcome).isInstanceOf(WriteOutcome.Occupied.class);
      case DAMAGED, EMPTY ->
          assertThat(outcome)
              .isInstanceOfSatisfying(
                  WriteOutcome.Written.class, w -> assertThat(w.repaired()).isTrue());
    }
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void save_underAnyThreeFaults_neverLies(Standing standing) {
    int runs = FaultTree.explore(3, plan -> saveAndJudge(standing, plan));

    assertThat(runs)
        .isGreaterThanOrEqualTo(
            switch (standing) {
              case NOTHING -> 47;
              case ANOTHERS, HOME_MADE -> 113;
              case DAMAGED -> 797;
              case EMPTY -> 977;
            });
  }

  private static List<Call> saveAndJudge(Standing standing, SortedMap<Integer, Fault> plan) {
    var world = new FaultyWorld(standing, plan);
    End end = End.of(() -> world.protocol.save(OURS));
    List<Call> calls = world.calls();
    world.assertTrue(end, OURS);
    world.store.landLateWrites();
    world.assertTrue(end, OURS);
    assertThat(end.isWritten() && standing.isValid())
        .as("a valid checkpoint is never overwritten: %s", world.story(end))
        .isFalse();

    world.store.reset();
    End again = End.of(() -> world.protocol.save(OURS));
    world.assertTrue(again, OURS);
    assertThat(again.isWritten())
        .as("sent again without faults, it is decided: %s", world.story(again))
        .isNotEqualTo(standing.isValid());
    return calls;
  }

  private static int leastRuns(Standing standing) {
    return switch (standing) {
      case NOTHING -> 25;
      case ANOTHERS, HOME_MADE -> 42;
      case DAMAGED -> 159;
      case EMPTY -> 171;
    };
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void save_whileAnotherSavesBetweenAnyTwoCalls_leavesOneWinnerThatBothKnow(Standing standing) {
    int runs =
        FaultTree.explore(
            2,
            plan -> saveAndJudge(standing, plan),
            (plan, index) -> raceAndJudge(standing, plan, index));

    assertThat(runs).isGreaterThanOrEqualTo(leastRuns(standing));
  }

  private static void raceAndJudge(
      Standing standing, SortedMap<Integer, Fault> plan, int theirTurn) {
    var world = new FaultyWorld(standing, plan);
    world.letAnother(theirTurn, protocol -> protocol.save(THEIRS));
    End ours = End.of(() -> world.protocol.save(OURS));
    world.store.landLateWrites();
    String story =
        "theirs before call " + theirTurn + " " + world.theirs + ", " + world.story(ours);

    if (ours.isWritten()) {
      assertThat(world.isVisible(OURS)).as(story).isTrue();
    }
    if (world.theirs.isWritten()) {
      assertThat(world.isVisible(THEIRS)).as(story).isTrue();
      assertThat(world.wasVisible(OURS)).as(story).isFalse();
    }
    if (ours.outcome() instanceof WriteOutcome.Occupied) {
      assertThat(world.wasVisible(OURS)).as(story).isFalse();
    }
    if (ours.outcome() == null && !ours.isUnknown()) {
      assertThat(world.wasVisible(OURS)).as(story).isFalse();
    }
    if (standing.isValid()) {
      assertThat(world.isUnchanged()).as(story).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void save_whileAnotherClearsBetweenAnyTwoCalls_neverClaimsWhatNeverWas(Standing standing) {
    int runs =
        FaultTree.explore(
            2,
            plan -> saveAndJudge(standing, plan),
            (plan, index) -> clearBetweenAndJudge(standing, plan, index));

    assertThat(runs).isGreaterThanOrEqualTo(leastRuns(standing));
  }

  /** A clear that repeats beside a save is a race, and no unfit server. */
  @Test
  void save_whileOthersSaveAndClearAgainAndAgain_isWrittenAtLast() {
    var world = new FaultyWorld(Standing.NOTHING, new TreeMap<>());
    for (int attempt = 0; attempt < 4; attempt++) {
      world.store.before(
          2 * attempt, () -> world.memory.create(FaultyWorld.KEY, "COMPLETED\n".getBytes(UTF_8)));
      world.store.before(
          2 * attempt + 1, () -> world.memory.delete(Deletion.ofEach(FaultyWorld.KEY)));
    }

    assertThat(End.of(() -> world.protocol.save(OURS)).isWritten()).isTrue();
  }

  /** As versitygw does on a bucket with versioning after a delete marker. */
  @Test
  void save_ofAKeyThatIsAbsentAndExistsEachTime_namesDeletionsAndDeleteMarkers() {
    var unfit =
        new ForwardingStore(new MemoryStore()) {
          @Override
          public WriteResult create(String key, byte[] content) {
            return WriteResult.conflict();
          }
        };
    var protocol = new SaveProtocol(unfit, Impatient.TIMING);

    assertThatThrownBy(() -> protocol.save(OURS))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("a deletion that repeats")
        .hasMessageContaining("delete marker");
  }

  private static void clearBetweenAndJudge(
      Standing standing, SortedMap<Integer, Fault> plan, int theirTurn) {
    var world = new FaultyWorld(standing, plan);
    world.store.before(theirTurn, () -> world.memory.delete(Deletion.ofEach(FaultyWorld.KEY)));
    End ours = End.of(() -> world.protocol.save(OURS));
    world.store.landLateWrites();
    String story = "cleared before call " + theirTurn + ", " + world.story(ours);

    if (ours.isWritten()) {
      assertThat(world.wasVisible(OURS)).as(story).isTrue();
    }
    if (ours.outcome() instanceof WriteOutcome.Occupied) {
      assertThat(standing.isValid()).as(story).isTrue();
    }
    if (ours.outcome() == null && !ours.isUnknown()) {
      assertThat(world.wasVisible(OURS)).as(story).isFalse();
    }
  }

  @Test
  void replace_underAnyThreeFaults_neverLies() {
    int runs =
        FaultTree.explore(
            3,
            plan -> {
              var world = new FaultyWorld(Standing.ANOTHERS, plan);
              Version seen = world.version();
              End end = End.of(() -> world.protocol.replace(OURS, seen));
              List<Call> calls = world.calls();
              world.assertTrue(end, OURS);
              world.store.landLateWrites();
              world.assertTrue(end, OURS);
              world.store.reset();
              End again = End.of(() -> world.protocol.replace(OURS, seen));
              assertThat(again.isWritten()).as(world.story(again)).isTrue();
              assertThat(world.isVisible(OURS)).as(world.story(again)).isTrue();
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(51);
  }

  @Test
  void replace_whenAnotherReplacedFirst_underAnyThreeFaults_changesNothing() {
    int runs =
        FaultTree.explore(
            3,
            plan -> {
              var world = new FaultyWorld(Standing.ANOTHERS, plan);
              Version seen = world.version();
              world.memory.replace(FaultyWorld.KEY, THEIRS.bytes(), seen);
              End end = End.of(() -> world.protocol.replace(OURS, seen));
              List<Call> calls = world.calls();
              world.store.landLateWrites();
              assertThat(end.isWritten()).as(world.story(end)).isFalse();
              assertThat(world.isVisible(THEIRS)).as(world.story(end)).isTrue();
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(64);
  }

  @Test
  void replace_whenClearedBefore_underAnyThreeFaults_createsNothing() {
    int runs =
        FaultTree.explore(
            3,
            plan -> {
              var world = new FaultyWorld(Standing.ANOTHERS, plan);
              Version seen = world.version();
              world.memory.delete(Deletion.ofEach(FaultyWorld.KEY));
              End end = End.of(() -> world.protocol.replace(OURS, seen));
              List<Call> calls = world.calls();
              world.store.landLateWrites();
              assertThat(end.isWritten()).as(world.story(end)).isFalse();
              assertThat(world.visible()).as(world.story(end)).isEmpty();
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(52);
  }

  @Test
  void replace_ofOneVersionByTwo_underAnyTwoFaults_hasOneWinner() {
    int runs =
        FaultTree.explore(
            2,
            plan -> {
              var undisturbed = new FaultyWorld(Standing.ANOTHERS, plan);
              End.of(() -> undisturbed.protocol.replace(OURS, undisturbed.version()));
              List<Call> calls = undisturbed.calls();
              for (int index = 0; index <= calls.size(); index++) {
                replaceRaceAndJudge(plan, index);
              }
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(25);
  }

  private static void replaceRaceAndJudge(SortedMap<Integer, Fault> plan, int theirTurn) {
    var world = new FaultyWorld(Standing.ANOTHERS, plan);
    Version seen = world.version();
    world.letAnother(theirTurn, protocol -> protocol.replace(THEIRS, seen));
    End ours = End.of(() -> world.protocol.replace(OURS, seen));
    world.store.landLateWrites();
    String story =
        "theirs before call " + theirTurn + " " + world.theirs + ", " + world.story(ours);

    assertThat(ours.isWritten() && world.theirs.isWritten()).as(story).isFalse();
    if (ours.isWritten()) {
      assertThat(world.isVisible(OURS)).as(story).isTrue();
    } else if (!ours.isUnknown()) {
      assertThat(world.wasVisible(OURS)).as(story).isFalse();
    }
    if (world.theirs.isWritten()) {
      assertThat(world.isVisible(THEIRS)).as(story).isTrue();
    }
  }
}
