package io.github.checkpointmanager.internal.claim;

import static io.github.checkpointmanager.internal.claim.ClaimWorld.KEY;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.STAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Threads that beat for real, for claims whose time stands still: a lease of 150 ms is renewed
 * every 50 ms and runs out only when the test says so.
 */
class HeartbeatsTest {
  private static final ClaimTerms TERMS =
      ClaimTerms.of(Duration.ofMillis(150), 0, Duration.ZERO, Duration.ZERO);

  private final ClaimWorld world = new ClaimWorld(new TreeMap<>());
  private final AtomicBoolean storeFails = new AtomicBoolean();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final ClaimProtocol protocol =
      world.protocol(
          new ForwardingStore(world.memory) {
            @Override
            public WriteResult replace(String key, byte[] content, Version expected) {
              if (storeFails.get()) {
                refused.incrementAndGet();
                throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "It failed", "it was told to", "Wait");
              }
              writes.incrementAndGet();
              return super.replace(key, content, expected);
            }
          },
          "ours");
  private final Heartbeats heartbeats = new Heartbeats();
  private final AtomicInteger losses = new AtomicInteger();

  @AfterEach
  void stop() {
    heartbeats.close();
  }

  private HeldClaim claim(String stage) {
    return ClaimWorld.held(protocol.acquire(stage, TERMS, world.watch()));
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long begin = System.nanoTime();
    while (!condition.holds()) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
      Thread.sleep(10);
    }
  }

  /** Runs what it is given only when the test says so, and remembers when it was due. */
  private static final class Schedule extends ScheduledThreadPoolExecutor {
    private final List<Duration> delays = new ArrayList<>();
    private Runnable next = () -> {};

    Schedule() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
      delays.add(Duration.ofNanos(unit.toNanos(delay)));
      next = work;
      return super.schedule(() -> {}, 0, unit);
    }

    /** At once, on the test's thread. */
    @Override
    public void execute(Runnable work) {
      work.run();
    }
  }

  @Test
  void aClaim_isRenewedEveryThirdOfItsLease_andAfterAFailureFourTimesAsOften() {
    Schedule renewals = new Schedule();
    try (var scheduled = new Heartbeats(renewals, new Schedule(), new Schedule())) {
      HeldClaim claim = ClaimWorld.held(protocol.acquire(STAGE, ClaimWorld.TERMS, world.watch()));
      assertThat(claim.lease()).isEqualTo(Duration.ofSeconds(60));
      scheduled.keep(claim, true, losses::incrementAndGet);
      renewals.next.run();
      assertThat(writes).hasValue(1);
      storeFails.set(true);
      renewals.next.run();
      renewals.next.run();
      storeFails.set(false);
      renewals.next.run();
      assertThat(writes).hasValue(2);
    }

    assertThat(renewals.delays)
        .containsExactly(
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20));
    assertThat(losses).hasValue(0);
  }

  @Test
  void aClaim_isRenewedAgainAndAgain() throws Exception {
    heartbeats.keep(claim(STAGE), true, losses::incrementAndGet);

    await(() -> writes.get() >= 4);

    assertThat(losses).hasValue(0);
  }

  @Test
  void aRenewalThatFails_isTriedAgain() throws Exception {
    storeFails.set(true);
    HeldClaim claim = claim(STAGE);
    heartbeats.keep(claim, true, losses::incrementAndGet);
    await(() -> refused.get() >= 3);

    storeFails.set(false);

    await(() -> writes.get() >= 2);
    assertThat(claim.isValid()).isTrue();
    assertThat(losses).hasValue(0);
  }

  /** Whether a write that hangs has reached the store before. */
  @ParameterizedTest
  @EnumSource(HangingStore.Place.class)
  void aRenewalThatHangs_costsNeitherItsClaimNorAnother(HangingStore.Place place) throws Exception {
    try (var hanging = new HangingStore(world.memory, KEY, place)) {
      ClaimProtocol worker = world.protocol(hanging, "ours");
      HeldClaim claim = ClaimWorld.held(worker.acquire(STAGE, TERMS, world.watch()));
      HeldClaim other = ClaimWorld.held(worker.acquire("other", TERMS, world.watch()));
      heartbeats.keep(claim, true, losses::incrementAndGet);
      heartbeats.keep(other, true, losses::incrementAndGet);
      hanging.awaitHang();
      int before = hanging.replacesOf(StageName.claimKey("other"));
      await(() -> hanging.replacesOf(StageName.claimKey("other")) >= before + 3);

      await(() -> hanging.replacesOf(KEY) >= 4);

      assertThat(claim.isValid()).isTrue();
      assertThat(claim.release(Optional.empty())).as("it can be ended, too").isTrue();
      hanging.letGo();
      assertThat(world.isOursVisible(State.RELEASED)).as("the late one changes nothing").isTrue();
      assertThat(losses).hasValue(0);
    }
  }

  @Test
  void aLostClaim_isReportedOnce_andACallbackThatThrowsHarmsNobodyElse() throws Exception {
    heartbeats.keep(
        claim(STAGE),
        true,
        () -> {
          losses.incrementAndGet();
          throw new IllegalStateException("a bug of the caller's");
        });
    heartbeats.keep(
        claim("other"),
        true,
        () -> {
          throw new StackOverflowError("a bug of the caller's");
        });
    HeldClaim third = claim("third");
    heartbeats.keep(third, true, () -> {});
    world.memory.delete(Deletion.ofEach(KEY, StageName.claimKey("other")));
    await(() -> losses.get() == 1);
    int before = writes.get();

    await(() -> writes.get() >= before + 4);

    assertThat(third.isValid()).isTrue();
    assertThat(losses).hasValue(1);
  }

  @Test
  void aLeaseThatRunsOut_isReportedWithoutAnyRequest() throws Exception {
    HeldClaim claim = claim(STAGE);
    var told = new CountDownLatch(1);
    heartbeats.keep(claim, false, told::countDown);

    world.time.pass(Duration.ofMillis(150));

    assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(claim.isHeld()).isFalse();
    assertThat(writes).hasValue(0);
  }

  @Test
  void aClaimThatItsHolderEnded_isNoLoss() throws Exception {
    HeldClaim claim = claim(STAGE);
    heartbeats.keep(claim, true, losses::incrementAndGet);
    assertThat(claim.release(Optional.empty())).isTrue();
    var told = new CountDownLatch(1);
    heartbeats.keep(claim("other"), true, told::countDown);

    world.time.pass(Duration.ofMillis(150));

    assertThat(told.await(60, TimeUnit.SECONDS)).as("the other's loss is told").isTrue();
    assertThat(losses).hasValue(0);
  }

  @Test
  void afterClose_nothingIsKept() {
    HeldClaim claim = claim(STAGE);
    heartbeats.close();

    assertThatThrownBy(() -> heartbeats.keep(claim, true, losses::incrementAndGet))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
