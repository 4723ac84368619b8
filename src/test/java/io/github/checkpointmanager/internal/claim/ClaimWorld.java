package io.github.checkpointmanager.internal.claim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimWatch;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.Records;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One stage, its claim, a store that fails as planned, and two workers: ours fails, theirs not. */
final class ClaimWorld {
  static final String STAGE = "train";
  static final String KEY = StageName.claimKey(STAGE);
  static final Duration LEASE = Duration.ofSeconds(60);
  static final Duration MARGIN = Duration.ofSeconds(3);
  static final Duration LONGEST_LEASE = Duration.ofHours(1);
  static final ClaimTerms TERMS = ClaimTerms.of(LEASE, 0, Duration.ZERO, Duration.ofMinutes(10));

  /** What is under the claim's key at the start. */
  enum Standing {
    NOTHING,
    LIVE,
    EXPIRED,
    FAILED,
    RELEASED,
    DAMAGED,
    DAMAGED_LONG_AGO,
    NEWER,
    NEWER_LONG_AGO;

    boolean isFree() {
      return this != LIVE && this != DAMAGED && this != NEWER;
    }

    boolean isReadable() {
      return this == LIVE || this == EXPIRED || this == FAILED || this == RELEASED;
    }

    boolean isRunning() {
      return this != NOTHING && this != FAILED && this != RELEASED;
    }

    long failures() {
      return this == EXPIRED || this == FAILED ? 1 : 0;
    }
  }

  /** How a call ended. */
  record End<T>(@Nullable T result, @Nullable RuntimeException failure) {
    static <T> End<T> of(Supplier<T> call) {
      try {
        return new End<>(call.get(), null);
      } catch (StoreException | RecordException e) {
        return new End<>(null, e);
      }
    }

    boolean isUnknown() {
      return failure instanceof StoreException e && e.kind() == StoreException.Kind.OUTCOME_UNKNOWN;
    }

    @Override
    public String toString() {
      return String.valueOf(result == null ? failure : result);
    }
  }

  final ManualTime time = new ManualTime();
  final ManualTime.Machine machine = time.machine();
  final MemoryStore memory = new MemoryStore(time);
  final FaultyStore store = FaultyStore.around(memory);
  final ClaimProtocol ours = protocol(store, "ours");
  final ClaimProtocol theirs = protocol(memory, "theirs");
  private final SortedMap<Integer, Fault> plan;
  private @Nullable StoredObject before;

  ClaimWorld(SortedMap<Integer, Fault> plan) {
    this.plan = plan;
  }

  ClaimProtocol protocol(CheckpointStore over, String host) {
    return protocol(over, host, machine);
  }

  static ClaimProtocol protocol(CheckpointStore over, String host, Timing timing) {
    return new ClaimProtocol(
        over,
        timing,
        Clock.fixed(ManualTime.NOON, ZoneOffset.UTC),
        new Worker("alice", host, "4711"),
        LocalProcesses.unknown());
  }

  /** Faults begin; the current record may not be touched without reason. */
  ClaimWorld begin() {
    before = memory.read(KEY).orElse(null);
    store.reset();
    plan.forEach(store::failAt);
    return this;
  }

  /** Written through the faulty store, so that a stale read has something older to show. */
  ClaimWorld standing(Standing standing) {
    switch (standing) {
      case NOTHING -> {}
      case LIVE -> renewedOnce();
      case EXPIRED -> {
        renewedOnce();
        time.pass(LEASE.plus(MARGIN).plusNanos(1));
      }
      case FAILED -> {
        HeldClaim claim = renewedOnce();
        assertThat(claim.fail("it broke")).isTrue();
      }
      case RELEASED -> {
        HeldClaim claim = renewedOnce();
        assertThat(claim.release(Optional.empty())).isTrue();
      }
      case DAMAGED, DAMAGED_LONG_AGO -> {
        renewedOnce();
        byte[] half = memory.read(KEY).orElseThrow().content();
        Records.put(store, KEY, Arrays.copyOf(half, half.length / 2));
      }
      case NEWER, NEWER_LONG_AGO -> Records.put(store, KEY, "RUNNING\nFormat: 9\n".getBytes(UTF_8));
    }
    if (standing == Standing.DAMAGED_LONG_AGO || standing == Standing.NEWER_LONG_AGO) {
      time.pass(Leases.takeoverAge(LONGEST_LEASE).plusNanos(1));
    }
    return begin();
  }

  private HeldClaim renewedOnce() {
    HeldClaim claim = take(protocol(store, "theirs"));
    time.pass(Duration.ofSeconds(20));
    assertThat(claim.renew()).isTrue();
    return claim;
  }

  ClaimWatch watch() {
    return new ClaimWatch(machine);
  }

  /** A claim of ours, 20 s old, before any fault. */
  HeldClaim ourClaim() {
    HeldClaim claim = take(ours);
    time.pass(Duration.ofSeconds(20));
    begin();
    return claim;
  }

  HeldClaim take(ClaimProtocol worker) {
    return held(worker.acquire(STAGE, TERMS, watch()));
  }

  static HeldClaim held(ClaimAttempt attempt) {
    assertThat(attempt).isInstanceOf(ClaimAttempt.Held.class);
    return ((ClaimAttempt.Held) attempt).claim();
  }

  Optional<ClaimRecord> visible() {
    return memory.read(KEY).flatMap(ClaimWorld::claim);
  }

  static Optional<ClaimRecord> claim(StoredObject object) {
    return RecordReader.interpret(object) instanceof Reading.Found found
        ? ClaimRecord.of(found.stored())
        : Optional.empty();
  }

  boolean isOursVisible(State state) {
    return visible().filter(c -> isOurs(c) && c.state() == state).isPresent();
  }

  private static boolean isOurs(ClaimRecord claim) {
    return claim.worker().host().equals("ours");
  }

  boolean isUnchanged() {
    Optional<Version> now = memory.read(KEY).map(StoredObject::version);
    return now.equals(Optional.ofNullable(before).map(StoredObject::version));
  }

  /** What the claim ever was, oldest first. */
  List<ClaimRecord> history() {
    List<ClaimRecord> all = new ArrayList<>();
    for (StoredVersion version : memory.versions(KEY)) {
      if (!version.deletion()) {
        claim(memory.readVersion(KEY, version.versionId())).ifPresent(all::add);
      }
    }
    Collections.reverse(all);
    return all;
  }

  boolean wasOursEverVisible() {
    return history().stream().anyMatch(ClaimWorld::isOurs);
  }

  /** Every worker's token is greater than that of the one before. */
  void assertTokensGrow(String story) {
    long last = 0;
    String owner = "";
    for (ClaimRecord claim : history()) {
      if (claim.token().isPresent()) {
        long token = claim.token().getAsLong();
        assertThat(token).as("tokens: %s", story).isGreaterThanOrEqualTo(last);
        assertThat(token > last || claim.owner().equals(owner))
            .as("a token of its own: %s", story)
            .isTrue();
        last = token;
        owner = claim.owner();
      }
    }
  }

  String story(Object end) {
    return plan + " over " + store.calls() + " ended as " + end;
  }

  /** The record of the same write id that a clone wrote a second later. */
  static byte[] asOfAnotherTime(byte[] claim) {
    StageRecord record = ((RecordCodec.Decoded.Valid) RecordCodec.decode(claim)).record();
    Map<String, String> headers = new LinkedHashMap<>(record.headers());
    headers.remove("Checksum");
    headers.put(Header.STARTED, ManualTime.NOON.plusSeconds(1).toString());
    return RecordCodec.encode(new StageRecord(record.state(), headers, Optional.empty()));
  }
}
