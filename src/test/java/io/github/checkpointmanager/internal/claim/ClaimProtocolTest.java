package io.github.checkpointmanager.internal.claim;

import static io.github.checkpointmanager.internal.claim.ClaimWorld.KEY;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.LEASE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.LONGEST_LEASE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.MARGIN;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.STAGE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.TERMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimWatch;
import io.github.checkpointmanager.internal.claim.ClaimWorld.Standing;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.Records;
import io.github.checkpointmanager.testing.TimelessStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a claim, when, and with which attempt and token. */
class ClaimProtocolTest {
  private final ClaimWorld world = new ClaimWorld(new TreeMap<>());

  private ClaimAttempt acquire() {
    return acquire(TERMS);
  }

  private ClaimAttempt acquire(ClaimTerms terms) {
    return world.ours.acquire(STAGE, terms, world.watch());
  }

  private static HeldClaim held(ClaimAttempt attempt) {
    assertThat(attempt).isInstanceOf(ClaimAttempt.Held.class);
    return ((ClaimAttempt.Held) attempt).claim();
  }

  private static ClaimTerms terms(long maxAttempts, Duration first, Duration longest) {
    return ClaimTerms.of(LEASE, maxAttempts, first, longest);
  }

  @ParameterizedTest
  @CsvSource({"PT5S,PT2S", "PT40S,PT2S", "PT60S,PT3S", "PT1H,PT3M"})
  void margin_isTwoSecondsOrFivePercent(Duration lease, Duration margin) {
    assertThat(Leases.margin(lease)).isEqualTo(margin);
    assertThat(Leases.takeoverAge(lease)).isEqualTo(lease.plus(margin));
  }

  @Test
  void aClaim_isRespectedForItsLeaseAndMargin_andNoLonger() {
    world.take(world.theirs);

    world.time.pass(LEASE.plus(MARGIN));
    assertThat(acquire())
        .isInstanceOfSatisfying(
            ClaimAttempt.Busy.class, busy -> assertThat(busy.remaining()).isEqualTo(Duration.ZERO));
    world.time.pass(Duration.ofNanos(1));
    assertThat(held(acquire()).attempt()).isEqualTo(2);
  }

  @Test
  void age_isByTheStoresClock_whateverThisMachinesClocksSay() {
    world.standing(Standing.LIVE);
    world.machine.stepWall(Duration.ofDays(1));
    world.machine.suspend(Duration.ofSeconds(1));

    assertThat(acquire()).isInstanceOf(ClaimAttempt.Busy.class);

    world.machine.stepWall(Duration.ofDays(-2));
    world.machine.suspend(LEASE.plus(MARGIN));
    assertThat(acquire()).isInstanceOf(ClaimAttempt.Held.class);
  }

  @Test
  void aFirstToken_isTheStoresTime() {
    world.time.pass(Duration.ofSeconds(7));

    assertThat(held(acquire()).fencingToken()).isEqualTo(world.time.instant().toEpochMilli());
  }

  @Test
  void aToken_isGreaterThanTheLast_evenIfTheStoresClockIsBehind() {
    HeldClaim first = world.take(world.theirs);
    assertThat(first.fail("it broke")).isTrue();

    assertThat(held(acquire()).fencingToken()).isEqualTo(first.fencingToken() + 1);
  }

  @Test
  void aTokenAfterALongTime_isTheStoresTime() {
    world.standing(Standing.EXPIRED);
    world.time.pass(Duration.ofDays(1));

    assertThat(held(acquire()).fencingToken()).isEqualTo(world.time.instant().toEpochMilli());
  }

  @Test
  void aTokenThatWasNotWritten_isExceededAllTheSame() {
    world.take(world.theirs); // its holder took its token from the reply
    assertThat(world.visible().orElseThrow().token()).isEmpty();
    world.theirs.forceRelease(STAGE, "by force");

    assertThat(held(acquire()).fencingToken())
        .isGreaterThan(world.time.instant().plusSeconds(2).toEpochMilli());
  }

  private static ClaimTerms limitedTo(long attempts) {
    return ClaimTerms.of(LEASE, attempts, Duration.ZERO, Duration.ZERO);
  }

  private static ClaimTerms overriding(long attempts) {
    return new ClaimTerms(
        LEASE,
        attempts,
        true,
        Duration.ZERO,
        Duration.ZERO,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void theLimitInAClaim_bindsEveryTaker_untilItIsOverridden() {
    assertThat(held(acquire(limitedTo(1))).fail("it broke")).isTrue();

    for (ClaimTerms terms : List.of(TERMS, limitedTo(1), limitedTo(5))) {
      assertThat(acquire(terms)).isInstanceOf(ClaimAttempt.Exhausted.class);
    }
    HeldClaim second = held(acquire(overriding(3)));
    assertThat(second.maxAttempts()).isEqualTo(3);
    assertThat(second.renew()).isTrue();
    assertThat(second.fail("again")).isTrue();
    assertThat(world.visible().orElseThrow().maxAttempts()).isEqualTo(3);
    assertThat(acquire(limitedTo(2)))
        .as("the smaller one")
        .isInstanceOf(ClaimAttempt.Exhausted.class);
    assertThat(held(acquire(TERMS)).maxAttempts()).isEqualTo(3);
  }

  @Test
  void anOverride_mayBeginOnceMore_whateverItsOwnLimit() {
    assertThat(held(acquire(limitedTo(1))).fail("it broke")).isTrue();

    HeldClaim second = held(acquire(overriding(1)));

    assertThat(second.fail("it broke again")).isTrue();
    assertThat(acquire(limitedTo(5))).isInstanceOf(ClaimAttempt.Exhausted.class);
  }

  @Test
  void aClear_endsTheLimit() {
    assertThat(held(acquire(limitedTo(1))).fail("it broke")).isTrue();
    StoredObject object = world.memory.read(KEY).orElseThrow();

    ClaimRecord left = ClaimRecord.cleared(STAGE, RecordReader.interpret(object), object);

    assertThat(left.maxAttempts()).isZero();
    assertThat(left.failures()).isZero();
  }

  @Test
  void aLimit_staysInTheClaim_whenItIsReleasedByForce() {
    held(acquire(limitedTo(2)));
    world.theirs.forceRelease(STAGE, "by force");

    assertThat(held(acquire(TERMS)).maxAttempts()).isEqualTo(2);
  }

  @Test
  void aReleaseByForce_doesNotGiveTheLastAttemptBack() {
    assertThat(held(acquire(limitedTo(2))).fail("it broke")).isTrue();
    held(acquire(limitedTo(2)));
    world.theirs.forceRelease(STAGE, "by force");

    assertThat(acquire(TERMS)).isInstanceOf(ClaimAttempt.Exhausted.class);
  }

  @Test
  void aCompletingClaim_saysSo_untilItsHolderFails() {
    HeldClaim claim = held(acquire(TERMS));
    assertThat(claim.renewToComplete(LEASE, false)).isTrue();
    assertThat(world.visible().orElseThrow().completing()).isTrue();

    assertThat(claim.fail("it could not be saved")).isTrue();
    assertThat(world.visible().orElseThrow().completing()).isFalse();
  }

  @Test
  void failuresAndExpiredLeases_areCounted_releasesAreNot() {
    assertThat(world.take(world.theirs).release(Optional.empty())).isTrue();
    HeldClaim second = held(acquire());
    assertThat(world.visible().orElseThrow().failures()).isZero();
    assertThat(second.fail("it broke")).isTrue();
    held(acquire());
    assertThat(world.visible().orElseThrow().failures()).isEqualTo(1);
    world.time.pass(LEASE.plus(MARGIN).plusNanos(1));
    held(acquire());
    assertThat(world.visible().orElseThrow().failures()).isEqualTo(2);
    world.theirs.forceRelease(STAGE, "by force");
    assertThat(held(acquire()).attempt()).isEqualTo(5);
    assertThat(world.visible().orElseThrow().failures()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED", "EXPIRED"})
  void atTheMostAttempts_nobodyTriesAgain(Standing standing) {
    world.standing(standing);

    assertThat(acquire(terms(1, Duration.ZERO, Duration.ZERO)))
        .isInstanceOfSatisfying(
            ClaimAttempt.Exhausted.class, end -> assertThat(end.failures()).isEqualTo(1));
    assertThat(world.isUnchanged()).isTrue();
    held(acquire(terms(2, Duration.ZERO, Duration.ZERO)));
  }

  @Test
  void maxAttempts_takesNoNoticeOfReleases() {
    world.standing(Standing.RELEASED);

    held(acquire(terms(1, Duration.ZERO, Duration.ZERO)));
  }

  @Test
  void aFailedStage_restsByTheStoresClock_twiceAsLongEachTime() {
    ClaimTerms resting = terms(0, Duration.ofSeconds(10), Duration.ofSeconds(25));
    assertThat(world.take(world.theirs).fail("it broke")).isTrue();
    for (int seconds : List.of(10, 20, 25, 25)) {
      assertThat(acquire(resting))
          .isInstanceOfSatisfying(
              ClaimAttempt.Busy.class,
              rest -> {
                assertThat(rest.backingOff()).isTrue();
                assertThat(rest.remaining()).isEqualTo(Duration.ofSeconds(seconds));
                assertThat(rest.claim().renewedAt()).isEqualTo(world.time.instant());
              });
      world.time.pass(Duration.ofSeconds(seconds));
      assertThat(held(acquire(resting)).fail("again")).isTrue();
    }
  }

  @Test
  void aReleasedStage_doesNotRest() {
    world.standing(Standing.RELEASED);

    held(acquire(terms(0, Duration.ofSeconds(10), Duration.ofSeconds(25))));
  }

  @Test
  void anUnreadableClaim_expiresAfterTheLongestLease() {
    world.standing(Standing.DAMAGED);
    world.time.pass(Leases.takeoverAge(LONGEST_LEASE));
    assertThat(acquire()).isInstanceOf(ClaimAttempt.Busy.class);

    world.time.pass(Duration.ofNanos(1));
    assertThat(held(acquire()).attempt()).isEqualTo(1);
  }

  @Test
  void aLiveClaimThatWasCutOnItsWay_isNotTakenOver() {
    ClaimTerms aDay = ClaimTerms.of(Duration.ofDays(1), 0, Duration.ZERO, Duration.ZERO);
    held(world.theirs.acquire(STAGE, aDay, world.watch()));
    world.time.pass(LONGEST_LEASE.multipliedBy(2));
    world.begin();
    world.store.failAt(0, Fault.READ_CUT);

    assertThat(world.ours.poll(STAGE, TERMS, world.watch())).isInstanceOf(ClaimAttempt.Busy.class);
    assertThat(world.isUnchanged()).isTrue();
  }

  @Test
  void aClaimOfAnotherStage_isAnError_andStays() {
    putClaim(Map.of(Header.STAGE, "Train"));
    world.begin();

    for (Runnable call :
        List.<Runnable>of(
            this::acquire,
            () -> world.ours.poll(STAGE, TERMS, world.watch()),
            () -> world.ours.forceRelease(STAGE, "by force"))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              RecordException.class,
              e -> assertThat(e.kind()).isEqualTo(RecordException.Kind.OTHER_STAGE));
    }
    assertThat(world.isUnchanged()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Token,9223372036854775807",
    "Token,-1",
    "Attempt,9223372036854775807",
    "Attempt,many",
    "Failures,-3",
    "Lease,-PT1S",
    "Lease,soon"
  })
  void aClaimWithAbsurdNumbers_countsAsUnreadable(String header, String value) {
    putClaim(Map.of(header, value));
    world.time.pass(LEASE.multipliedBy(2));

    assertThat(acquire())
        .isInstanceOfSatisfying(
            ClaimAttempt.Busy.class, busy -> assertThat(busy.claim().claim()).isEmpty());
    world.time.pass(Leases.takeoverAge(LONGEST_LEASE));
    world.take(world.theirs);
  }

  @Test
  void aClaimThatStatesTheLongestLeaseThereIs_isRespectedForAYear() {
    putClaim(Map.of(Header.LEASE, "PT2562047788015215H30M7S"));

    assertThat(acquire())
        .isInstanceOfSatisfying(
            ClaimAttempt.Busy.class,
            busy ->
                assertThat(busy.claim().claim().orElseThrow().lease())
                    .isEqualTo(Duration.ofDays(365)));
  }

  private void putClaim(Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(Header.STAGE, STAGE);
    all.put(Header.OWNER, "somebody");
    all.put(Header.ATTEMPT, "1");
    all.put(Header.LEASE, "PT1M");
    all.putAll(headers);
    Records.put(world.memory, KEY, Records.encoded(State.RUNNING, all, Optional.empty()));
  }

  @Test
  void withoutTheStoresTime_aTakerWatchesOneVersionForLeaseAndMargin() {
    HeldClaim holder = world.take(world.theirs);
    ClaimProtocol taker = world.protocol(new TimelessStore(world.memory), "ours");
    ClaimWatch watch = world.watch();
    world.time.pass(Duration.ofSeconds(50));
    assertThat(taker.poll(STAGE, TERMS, watch)).isInstanceOf(ClaimAttempt.Busy.class);
    world.time.pass(Duration.ofSeconds(9));
    assertThat(holder.renew()).isTrue();
    assertThat(taker.poll(STAGE, TERMS, watch))
        .as("begins again")
        .isInstanceOf(ClaimAttempt.Busy.class);
    world.time.pass(LEASE.plus(MARGIN));

    assertThat(taker.poll(STAGE, TERMS, watch)).isInstanceOf(ClaimAttempt.Busy.class);
    assertThat(taker.poll(STAGE, TERMS, world.watch()))
        .as("another has seen nothing yet")
        .isInstanceOf(ClaimAttempt.Busy.class);
    world.machine.suspend(Duration.ofHours(1));
    assertThat(taker.poll(STAGE, TERMS, watch))
        .as("asleep it watches nothing")
        .isInstanceOf(ClaimAttempt.Busy.class);
    world.time.pass(Duration.ofNanos(1));
    HeldClaim taken = held(taker.poll(STAGE, TERMS, watch));

    assertThat(taken.fencingToken()).isGreaterThan(holder.fencingToken());
    assertThat(holder.renew()).isFalse();
  }

  @Test
  void withoutTheStoresTime_aFirstTokenIsTheTimeOfTheWrite() {
    ClaimProtocol taker = world.protocol(new TimelessStore(world.memory), "ours");

    assertThat(held(taker.acquire(STAGE, TERMS, world.watch())).fencingToken())
        .isEqualTo(world.time.instant().toEpochMilli());
  }

  @Test
  void aTakeover_replacesTheVersionThatWasSeen_andNoOther() {
    world.standing(Standing.EXPIRED);
    HeldClaim[] sooner = new HeldClaim[1];
    world.store.before(2, () -> sooner[0] = world.take(world.theirs));

    assertThat(acquire()).isInstanceOf(ClaimAttempt.Busy.class);

    assertThat(sooner[0].renew()).isTrue();
    assertThat(world.wasOursEverVisible()).isFalse();
  }

  @Test
  void theClaimThatCompletedTheStage_isOverHoweverYoung_andNoLaterOne() {
    HeldClaim completing = world.take(world.theirs);
    assertThat(completing.renew()).isTrue();
    ClaimTerms again =
        new ClaimTerms(
            LEASE,
            0,
            false,
            Duration.ZERO,
            Duration.ZERO,
            OptionalLong.of(completing.fencingToken()),
            Optional.empty(),
            Optional.empty());

    HeldClaim rerunning = held(acquire(again));

    assertThat(rerunning.fencingToken()).isGreaterThan(completing.fencingToken());
    assertThat(world.theirs.acquire(STAGE, again, world.watch()))
        .isInstanceOf(ClaimAttempt.Busy.class);
  }

  @Test
  void aPollOfABusyStage_isOneRequest() {
    world.standing(Standing.LIVE);

    world.ours.poll(STAGE, TERMS, world.watch());

    assertThat(world.store.callCount()).isEqualTo(1);
  }

  /** A store whose writes take long. */
  private CheckpointStore slow(Duration duration) {
    return new ForwardingStore(world.memory) {
      @Override
      public WriteResult create(String key, byte[] content) {
        WriteResult result = super.create(key, content);
        world.time.pass(duration);
        return result;
      }

      @Override
      public WriteResult replace(String key, byte[] content, Version expected) {
        WriteResult result = super.replace(key, content, expected);
        if (duration.compareTo(LEASE) > 0) {
          world.time.pass(duration);
        }
        return result;
      }
    };
  }

  @Test
  void aSlowCreate_givesOutATokenOnlyOnceTheRecordHasIt() {
    ClaimProtocol slow = world.protocol(slow(Duration.ofSeconds(5)), "ours");

    HeldClaim claim = held(slow.acquire(STAGE, TERMS, world.watch()));

    assertThat(claim.fencingToken()).isEqualTo(world.time.instant().toEpochMilli());
    assertThat(world.visible().orElseThrow().token()).hasValue(claim.fencingToken());
  }

  /** A store whose first writes are answered only when their lease is over. */
  private CheckpointStore lateAtFirst(int writes) {
    var left = new AtomicInteger(writes);
    return new ForwardingStore(world.memory) {
      @Override
      public WriteResult create(String key, byte[] content) {
        return late(super.create(key, content));
      }

      @Override
      public WriteResult replace(String key, byte[] content, Version expected) {
        return late(super.replace(key, content, expected));
      }

      private WriteResult late(WriteResult result) {
        if (left.getAndDecrement() > 0) {
          world.time.pass(LEASE.plusSeconds(1));
        }
        return result;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aClaimThatIsOverBeforeTheReplyCame_isTakenAgain_asTheSameAttempt(int late) {
    HeldClaim claim =
        held(world.protocol(lateAtFirst(late), "ours").acquire(STAGE, TERMS, world.watch()));

    assertThat(claim.isValid()).isTrue();
    assertThat(claim.attempt()).as("nothing ran before").isEqualTo(1);
    assertThat(world.visible().orElseThrow().failures()).isZero();
    world.assertTokensGrow("taken again");
  }

  @Test
  void aClaimThatIsAlwaysOverBeforeTheReplyCame_isReleased_andAnError() {
    ClaimProtocol slow = world.protocol(lateAtFirst(100), "ours");

    assertThatThrownBy(() -> slow.acquire(STAGE, TERMS, world.watch()))
        .hasMessageContaining("lease of 60 s was over")
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));

    assertThat(world.isOursVisible(State.RELEASED)).isTrue();
    HeldClaim next = world.take(world.theirs);
    assertThat(world.visible().orElseThrow().failures()).as("no attempt").isZero();
    assertThat(next.isValid()).isTrue();
    world.assertTokensGrow("released");
  }

  @Test
  void aClaimOfACloneOfThisMachine_isAnError_andNotOnesOwn() {
    var clone =
        new ForwardingStore(world.memory) {
          @Override
          public WriteResult create(String key, byte[] content) {
            // The other one drew the same ids, and wrote a moment earlier.
            super.create(key, ClaimWorld.asOfAnotherTime(content));
            return super.create(key, content);
          }
        };

    assertThatThrownBy(() -> world.protocol(clone, "ours").acquire(STAGE, TERMS, world.watch()))
        .isInstanceOfSatisfying(
            RecordException.class,
            e -> assertThat(e.kind()).isEqualTo(RecordException.Kind.CLONED));
  }

  @Test
  void aStoreThatSaysExistsAndThenAbsent_isUnavailable_andNamesBothCauses() {
    CheckpointStore marked =
        new ForwardingStore(world.memory) {
          @Override
          public WriteResult create(String key, byte[] content) {
            return WriteResult.conflict();
          }
        };

    assertThatThrownBy(() -> world.protocol(marked, "ours").acquire(STAGE, TERMS, world.watch()))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE))
        .hasMessageContaining("delete marker");
  }

  @Test
  void forceRelease_ofAnUnreadableClaim_freesTheStage() {
    world.standing(Standing.DAMAGED);

    assertThat(world.ours.forceRelease(STAGE, "unreadable").orElseThrow().claim()).isEmpty();

    assertThat(held(acquire()).fencingToken()).isGreaterThan(world.time.instant().toEpochMilli());
    world.assertTokensGrow("after a forced release");
  }
}
