package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What claims promise, over any store. What is judged are events, never how long they took. */
abstract class ClaimContract {
  private static final PayloadCodec<String> TEXT = PayloadCodec.utf8();
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final ClaimOptions OPTIONS = ClaimOptions.lease(Duration.ofMinutes(1));

  private CheckpointStore store;
  private CheckpointManager first;
  private CheckpointManager second;

  /** A store whose root is empty and that no other test uses. */
  abstract CheckpointStore open(Path directory);

  /** How both managers wait; by default in real time, in which a lease really expires. */
  Timing timing() {
    return Timing.system();
  }

  @BeforeEach
  void openManagers(@TempDir Path directory) {
    store = open(directory);
    first = manager("alice", "first");
    second = manager("bob", "second");
  }

  private CheckpointManager manager(String user, String host) {
    return CheckpointManager.builder().store(store).timing(timing()).user(user).host(host).open();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    store.close();
  }

  private static Claim held(ClaimResult result) {
    assertThat(result).isInstanceOf(ClaimResult.Held.class);
    return ((ClaimResult.Held) result).claim();
  }

  private StageStatus status(String stage) {
    return second.status().stream()
        .filter(status -> status.stage().equals(stage))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aClaimedStage_isBusyForOthers_whoAreToldByWhom() {
    Claim claim = held(first.claim("a", OPTIONS));

    assertThat(second.claim("a", OPTIONS))
        .isInstanceOfSatisfying(
            ClaimResult.Busy.class,
            busy -> {
              assertThat(busy.by().orElseThrow().host()).isEqualTo("first");
              assertThat(busy.by().orElseThrow().user()).isEqualTo("alice");
              assertThat(busy.remaining().orElseThrow()).isPositive();
            });
    assertThat(status("a").state()).isEqualTo(StageState.RUNNING);
    assertThat(claim.complete().isSaved()).isTrue();
    assertThat(second.claim("a", OPTIONS)).isInstanceOf(ClaimResult.Completed.class);
    assertThat(status("a").state()).isEqualTo(StageState.COMPLETED);
  }

  @Test
  void failedAndReleasedStages_areFreeAtOnce_withTokensThatGrow() {
    Claim one = held(first.claim("a", OPTIONS));
    one.fail(new IllegalStateException("it broke"));
    assertThat(status("a").state()).isEqualTo(StageState.FAILED);
    assertThat(status("a").detail()).contains("failures: 1", "it broke");
    Claim two = held(second.claim("a", OPTIONS));
    two.release();
    assertThat(status("a").state()).isEqualTo(StageState.PENDING);
    Claim three = held(first.claim("a", OPTIONS));

    assertThat(List.of(one.attempt(), two.attempt(), three.attempt())).containsExactly(1L, 2L, 3L);
    assertThat(two.fencingToken()).isGreaterThan(one.fencingToken());
    assertThat(three.fencingToken()).isGreaterThan(two.fencingToken());
    assertThat(status("a").holder().orElseThrow().failures()).isEqualTo(1);
  }

  @Test
  void theDead_areTakenOver_onceTheirLeaseHasExpired_andComeTooLate() {
    Claim dead = held(first.claim("a", ClaimOptions.untilDeadline(SHORTEST)));

    // Waits until the lease has expired; the test asserts events.
    String value =
        second.stage(
            "a",
            StageOptions.exclusive(OPTIONS),
            TEXT,
            context -> {
              assertThat(context.attempt()).isEqualTo(2);
              assertThat(context.fencingToken()).isGreaterThan(dead.fencingToken());
              assertThat(dead.isValid()).as("never two at once").isFalse();
              assertThatThrownBy(dead::complete).isInstanceOf(ClaimLostException.class);
              return "the successor's";
            });

    assertThat(value).isEqualTo("the successor's");
    Checkpoint checkpoint = first.get("a").orElseThrow();
    assertThat(checkpoint.host()).hasValue("second");
    assertThat(checkpoint.attempt()).hasValue(2);
    dead.close();
    assertThat(first.get("a").orElseThrow().writeId()).isEqualTo(checkpoint.writeId());
  }

  @Test
  void clear_isRefusedWhileLive_byForceItIsNot_andTheNextTokenIsGreater() {
    second.save("done");
    Claim claim = held(first.claim("a", OPTIONS));
    var busy = catchThrowableOfType(StageBusyException.class, second::clear);
    assertThat(busy.stages()).containsExactly("a");
    assertThat(second.has("done")).isTrue();

    second.clear(ClearOptions.standard().withForce());

    assertThat(second.status()).isEmpty();
    Claim next = held(second.claim("a", OPTIONS));
    assertThat(next.fencingToken()).isGreaterThan(claim.fencingToken());
    assertThat(next.attempt()).isEqualTo(1);
    assertThatThrownBy(claim::complete).isInstanceOf(ClaimLostException.class);
    assertThat(next.complete().isSaved()).isTrue();
  }

  @Test
  void release_byForce_endsAClaim() {
    Claim claim = held(first.claim("a", OPTIONS));

    assertThat(second.release("a", "it hangs").orElseThrow().host()).isEqualTo("first");

    assertThat(status("a").state()).isEqualTo(StageState.PENDING);
    assertThat(status("a").detail()).contains("it hangs");
    assertThatThrownBy(claim::renew).isInstanceOf(ClaimLostException.class);
    held(second.claim("a", OPTIONS)).release();
  }

  @Test
  void statusBelow_showsTheStagesOfEveryLevel() {
    held(first.claim("a", OPTIONS)).fail(new IllegalStateException("it broke"));
    store.create(
        "run1/b.checkpoint", "COMPLETED\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(second.statusBelow().stream().map(l -> l.path() + " " + l.stages().get(0).state()))
        .containsExactly(" FAILED", "run1 COMPLETED");
  }

  @Test
  void anInterruptedWorker_recordsItsFailureAllTheSame() {
    Claim claim = held(first.claim("a", OPTIONS));

    Thread.currentThread().interrupt();
    claim.fail(new InterruptedException("stop"));

    assertThat(Thread.interrupted()).as("the flag stays").isTrue();
    assertThat(status("a").state()).isEqualTo(StageState.FAILED);
  }

  @Test
  void anyName_canBeClaimed() {
    for (String name : List.of("a/b", "..", "é🙂", "x.claim", " padded ", "%41", "two\nlines")) {
      Claim claim = held(first.claim(name, OPTIONS));
      assertThat(second.claim(name, OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
      assertThat(claim.complete().isSaved()).as(name).isTrue();
      assertThat(second.has(name)).as(name).isTrue();
    }
    assertThatThrownBy(() -> first.claim("", OPTIONS)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> first.claim("x".repeat(2_000), OPTIONS))
        .isInstanceOf(InvalidInputException.class);
  }
}
