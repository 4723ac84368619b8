package io.github.checkpointmanager.internal.claim;

import static io.github.checkpointmanager.internal.claim.ClaimWorld.KEY;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.LEASE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.MARGIN;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.STAGE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.TERMS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.process.Execution;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.ProcessIdentity;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.testing.ManualTime;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a taker does about a claim whose process is proved to be dead. */
class DeadHolderTest {
  private final ClaimWorld world = new ClaimWorld(new TreeMap<>());
  private final Machine theirs = new Machine(1);
  private final Machine ours = new Machine(2);
  private final ClaimProtocol taker = protocol(ours);
  private final Set<ProcessIdentity> dead = new HashSet<>();
  private final Set<ExecutionCookie> asked = new HashSet<>();

  /** What one process knows of the others, as the test says it. */
  private final class Machine implements LocalProcesses {
    private Optional<ProcessIdentity> self;

    Machine(long pid) {
      self = Optional.of(new ProcessIdentity("m", "b", "p", "t", 0, pid, 77));
    }

    @Override
    public Optional<ProcessIdentity> self() {
      return self;
    }

    @Override
    public boolean hasEnded(ProcessIdentity holder, ExecutionCookie cookie) {
      return dead.contains(holder);
    }

    @Override
    public boolean isDead(ProcessIdentity holder, ExecutionCookie cookie) {
      asked.add(cookie);
      return dead.contains(holder);
    }
  }

  private ClaimProtocol protocol(LocalProcesses processes) {
    return new ClaimProtocol(
        world.memory,
        world.machine,
        Clock.fixed(ManualTime.NOON, ZoneOffset.UTC),
        new Worker("alice", "host", "4711"),
        processes);
  }

  private HeldClaim theirClaim() {
    return world.take(protocol(theirs));
  }

  private ClaimAttempt acquire(ClaimTerms terms) {
    return taker.acquire(STAGE, terms, world.watch());
  }

  private ClaimRecord visible() {
    return world.visible().orElseThrow();
  }

  @Test
  void aLiveClaimOfADeadProcess_isTakenOverAtOnce_andCountsAsAFailure() {
    HeldClaim lost = theirClaim();
    assertThat(acquire(TERMS)).isInstanceOf(ClaimAttempt.Busy.class);
    dead.add(theirs.self().orElseThrow());

    HeldClaim taken = ClaimWorld.held(acquire(TERMS));

    assertThat(taken.attempt()).isEqualTo(2);
    assertThat(taken.fencingToken()).isGreaterThan(lost.fencingToken());
    assertThat(visible().failures()).isEqualTo(1);
    assertThat(lost.renew()).as("a late write of the dead").isFalse();
    assertThat(taken.renew()).isTrue();
  }

  @Test
  void aTakeoverOfTheDead_obeysTheBackOff() {
    theirClaim();
    dead.add(theirs.self().orElseThrow());
    Duration backoff = Duration.ofSeconds(30);
    ClaimTerms terms = ClaimTerms.of(LEASE, 0, backoff, Duration.ofMinutes(10));

    assertThat(acquire(terms))
        .isInstanceOfSatisfying(
            ClaimAttempt.Busy.class,
            busy -> {
              assertThat(busy.backingOff()).isTrue();
              assertThat(busy.remaining()).isEqualTo(backoff);
            });
    world.time.pass(backoff);
    assertThat(acquire(terms)).isInstanceOf(ClaimAttempt.Held.class);
  }

  @Test
  void aTakeoverOfTheDead_obeysTheLimitOfAttempts() {
    theirClaim();
    dead.add(theirs.self().orElseThrow());
    ClaimTerms once = ClaimTerms.of(LEASE, 1, Duration.ZERO, Duration.ofMinutes(10));

    assertThat(acquire(once))
        .isInstanceOfSatisfying(
            ClaimAttempt.Exhausted.class, end -> assertThat(end.failures()).isEqualTo(1));
  }

  @Test
  void aWorkerThatCompletedTheStageAndEnded_hasNotFailed_andNothingOfItIsStopped() {
    theirClaim();
    world.memory.create(
        STAGE + ".checkpoint", "COMPLETED\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    dead.add(theirs.self().orElseThrow());

    assertThat(acquire(TERMS)).isInstanceOf(ClaimAttempt.Completed.class);
    assertThat(asked).isEmpty();
    world.time.pass(LEASE.multipliedBy(2));
    assertThat(acquire(ClaimTerms.of(LEASE, 1, Duration.ZERO, Duration.ZERO)))
        .as("nor later")
        .isInstanceOf(ClaimAttempt.Completed.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void aTakeoverOfTheDead_losesToAWriteThatLandsLate() {
    HeldClaim late = theirClaim();
    dead.add(theirs.self().orElseThrow());
    ClaimProtocol slow =
        protocol(
            new LocalProcesses() {
              @Override
              public Optional<ProcessIdentity> self() {
                return ours.self();
              }

              @Override
              public boolean hasEnded(ProcessIdentity holder, ExecutionCookie cookie) {
                return true;
              }

              @Override
              public boolean isDead(ProcessIdentity holder, ExecutionCookie cookie) {
                boolean first = asked.add(cookie);
                return first ? late.renew() : dead.contains(holder); // sent before it died
              }
            });

    HeldClaim taken = ClaimWorld.held(slow.acquire(STAGE, TERMS, world.watch()));

    assertThat(taken.attempt()).isEqualTo(2);
    assertThat(world.history()).as("claim, late renewal, takeover").hasSize(3);
    assertThat(taken.fencingToken()).isGreaterThan(late.fencingToken());
  }

  @Test
  void aClaim_saysWhichProcessHoldsIt_asItIsAtEachRenewal() {
    HeldClaim claim = theirClaim();
    Execution first = visible().execution().orElseThrow();
    assertThat(first.process()).isEqualTo(theirs.self());
    assertThat(first.cookie()).isEqualTo(claim.cookie());
    assertThat(text()).contains("\nProcess: 1\n", "\nStart-Tick: 77\n", "\nBoot: b\n");

    theirs.self = Optional.empty(); // restored from an image
    assertThat(claim.renew()).isTrue();

    assertThat(visible().execution()).contains(new Execution(claim.cookie(), Optional.empty()));
    assertThat(text()).contains("\nProcess: 4711\n").doesNotContain("Start-Tick", "Boot");
    dead.add(first.process().orElseThrow());
    assertThat(acquire(TERMS)).as("nobody can judge it").isInstanceOf(ClaimAttempt.Busy.class);
  }

  private String text() {
    return new String(world.memory.read(KEY).orElseThrow().content(), UTF_8);
  }

  @Test
  void anEndedClaim_saysNothingOfAProcess() {
    assertThat(theirClaim().fail("it broke")).isTrue();

    assertThat(visible().state()).isEqualTo(State.FAILED);
    assertThat(visible().execution()).isEmpty();
    assertThat(text()).doesNotContain("Cookie", "Start-Tick");
  }

  @Test
  void eachClaim_hasACookieOfItsOwn() {
    HeldClaim first = theirClaim();
    assertThat(first.release(Optional.empty())).isTrue();

    assertThat(ClaimWorld.held(acquire(TERMS)).cookie()).isNotEqualTo(first.cookie());
  }

  /** So that what is left of its execution is stopped also after its lease. */
  @Test
  void anExpiredClaim_isLookedAtToo() {
    HeldClaim claim = theirClaim();
    world.time.pass(LEASE.plus(MARGIN).plusNanos(1));

    assertThat(acquire(TERMS)).isInstanceOf(ClaimAttempt.Held.class);
    assertThat(asked).containsExactly(claim.cookie());
  }
}
