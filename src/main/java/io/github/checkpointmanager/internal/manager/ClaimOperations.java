package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageBusyException;
import io.github.checkpointmanager.internal.claim.ClaimProtocol;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimWatch;
import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.Heartbeats;
import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.claim.Leases;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Takes claims, keeps them alive, and ends those of others by force. Thread-safe. */
final class ClaimOperations implements AutoCloseable {
  private final ClaimProtocol protocol;
  private final CheckpointOperations checkpoints;
  private final Wiring wiring;
  private final Errors errors;

  /** In which S3 tells the time of a write. */
  private static final Duration WHOLE_SECOND = Duration.ofSeconds(1);

  /** Of stages that were busy when claimed last; for stores whose clock cannot be trusted. */
  private final Map<String, ClaimWatch> watches = new ConcurrentHashMap<>();

  private final Heartbeats heartbeats = new Heartbeats();
  private volatile boolean closed;

  ClaimOperations(Wiring wiring, CheckpointOperations checkpoints) {
    this.wiring = wiring;
    this.protocol = wiring.claims();
    this.checkpoints = checkpoints;
    this.errors = wiring.errors();
  }

  /**
   * Begins with a PUT, expecting that the stage is free. What was seen of its claim is remembered
   * until the next call.
   */
  ClaimResult claim(String stage, ClaimOptions options) {
    wiring.records().checkpointKey(stage);
    ClaimRequest request = new ClaimRequest(stage, options, Optional.empty());
    ClaimWatch watch = watches.computeIfAbsent(stage, s -> new ClaimWatch(timing()));
    ClaimResult result = claim(request, watch, false, ClaimOperations::busy);
    if (!(result instanceof ClaimResult.Busy)) {
      watches.remove(stage);
      return result;
    }
    return readCompleted(request).orElse(result);
  }

  /** A completed checkpoint takes precedence over any claim. */
  private Optional<ClaimResult> readCompleted(ClaimRequest request) {
    return completed(request, checkpoints.readHead(request.stage()))
        .map(ClaimResult.Completed::new);
  }

  ClaimWaiter waiter(String stage) {
    return new ClaimWaiter(stage, this, timing());
  }

  private Timing timing() {
    return wiring.settings().timing();
  }

  /**
   * Claims once, for a caller that may wait.
   *
   * @param busy whether the stage was busy before: begins with a GET, else with a PUT
   * @throws StageBusyException an execution around this process holds it, and would for as long as
   *     this process waits
   */
  ClaimResult claim(ClaimRequest request, ClaimWatch watch, boolean busy) {
    return claim(request, watch, busy, this::busyUnlessAround);
  }

  private ClaimResult claim(
      ClaimRequest request,
      ClaimWatch watch,
      boolean busy,
      Function<ClaimAttempt.Busy, ClaimResult.Busy> whenBusy) {
    String stage = request.stage();
    requireOpen();
    request.options().rerun().ifPresent(seen -> requireOf(stage, seen));
    ClaimAttempt outcome;
    try {
      outcome =
          errors.during(
              stage,
              "Claiming",
              () ->
                  busy
                      ? protocol.poll(stage, request.terms(), watch)
                      : protocol.acquire(stage, request.terms(), watch));
    } catch (IllegalArgumentException e) {
      throw errors.refused(stage, "Claiming", e);
    }
    if (outcome instanceof ClaimAttempt.Held held) {
      return checked(request, held.claim());
    }
    if (outcome instanceof ClaimAttempt.Busy other) {
      return whenBusy.apply(other);
    }
    Optional<ClaimResult> completed = readCompleted(request);
    if (completed.isPresent()) {
      return completed.get();
    }
    if (outcome instanceof ClaimAttempt.Exhausted exhausted) {
      throw errors.exhausted(stage, exhausted);
    }
    return new ClaimResult.Busy(
        Optional.empty(),
        Optional.of(Duration.ZERO),
        "its checkpoint was deleted just now; try again");
  }

  private ClaimResult.Busy busyUnlessAround(ClaimAttempt.Busy busy) {
    if (isAround(busy.claim())) {
      throw errors.heldAround(busy.claim().stage(), info(busy.claim()).orElseThrow());
    }
    return busy(busy);
  }

  /** Whether this process inherited the cookie of a running claim. */
  private static boolean isAround(ObservedClaim observed) {
    return observed
        .claim()
        .flatMap(ClaimRecord::execution)
        .filter(e -> ExecutionCookie.inherited(System.getenv()).contains(e.cookie()))
        .isPresent();
  }

  private static ClaimResult.Busy busy(ClaimAttempt.Busy busy) {
    Duration remaining = busy.remaining();
    Optional<ClaimInfo> by = info(busy.claim());
    String reason =
        by.map(
                claim ->
                    busy.backingOff()
                        ? Wording.backingOff(remaining, claim)
                        : Wording.holding(claim)
                            + (busy.claim().age().isEmpty() ? Wording.unknownTime(remaining) : ""))
            .orElseGet(() -> Wording.unreadableClaim(remaining));
    return new ClaimResult.Busy(by, Optional.of(remaining), reason);
  }

  /** It may have been completed between the caller's last look and the claim. */
  private ClaimResult checked(ClaimRequest request, HeldClaim held) {
    ManagedClaim claim = keep(held, request.options());
    try {
      AtomicReference<StoredObject> seen = new AtomicReference<>();
      Optional<Checkpoint> done =
          completed(request, checkpoints.readHead(request.stage(), seen::set));
      if (done.isEmpty()) {
        if (request.options().rerun().isPresent()) {
          makeNewer(claim, held, Objects.requireNonNull(seen.get()));
        }
        return new ClaimResult.Held(claim);
      }
      claim.releaseBesideACheckpoint();
      return new ClaimResult.Completed(done.get());
    } catch (ClaimLostException e) {
      // Nothing ran under it. A clear beside a claim that is not yet newer may have removed it.
      claim.close();
      return new ClaimResult.Busy(
          Optional.empty(),
          Optional.of(Duration.ZERO),
          "its claim was cleared or taken over before the work began");
    } catch (RuntimeException | Error e) {
      claim.release(); // nothing ran under it
      throw e;
    }
  }

  /**
   * Makes a claim newer than the checkpoint that is to be replaced, in whole seconds of the store,
   * before the work begins: by that, clears, restores and views know that the stage is executed. 1
   * s and 1 PUT, and only if the checkpoint is hardly older than the claim.
   */
  private void makeNewer(Claim claim, HeldClaim held, StoredObject checkpoint) {
    Duration enough = held.writtenWithin().plus(WHOLE_SECOND);
    if (checkpoint.age().filter(age -> age.compareTo(enough) >= 0).isPresent()) {
      return;
    }
    long begin = timing().nanoTime();
    boolean interrupted = false;
    Duration left = WHOLE_SECOND;
    while (!left.isNegative() && !left.isZero()) {
      try {
        timing().sleep(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = WHOLE_SECOND.minusNanos(timing().nanoTime() - begin);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    claim.renew();
  }

  /**
   * Returns the checkpoint for which there is nothing to do: any valid one, or, when one is to be
   * run again, any other than that.
   *
   * @throws CheckpointConflictException the one to be run again is gone
   */
  Optional<Checkpoint> completed(ClaimRequest request, Lookup now) {
    if (now instanceof Lookup.Valid valid) {
      return Optional.of(valid.checkpoint())
          .filter(current -> !request.toReplace().equals(Optional.of(current.version())));
    }
    if (request.options().rerun().isPresent()) {
      throw errors.conflict(request.stage(), null);
    }
    return Optional.empty();
  }

  private void requireOf(String stage, Checkpoint seen) {
    if (!seen.stage().equals(stage)) {
      throw errors.invalid(
          stage,
          "The stage " + LogSafe.quoted(stage) + " cannot be run again",
          "the checkpoint to be replaced is of the stage " + LogSafe.quoted(seen.stage()),
          "Give the checkpoint of this stage");
    }
  }

  private ManagedClaim keep(HeldClaim held, ClaimOptions options) {
    WorkerInterrupt interrupt = new WorkerInterrupt(Thread.currentThread());
    Runnable whenLost =
        () -> {
          if (options.interrupt()) {
            interrupt.send();
          }
          options.onLost().ifPresent(Runnable::run);
        };
    Heartbeats.Registration beat = beat(held, options, whenLost);
    Heartbeats.Registration beatAndInterrupt =
        () -> {
          interrupt.withdraw();
          beat.close();
        };
    Instant now = wiring.settings().clock().instant();
    return new ManagedClaim(held, beatAndInterrupt, options, checkpoints, wiring, now);
  }

  private Heartbeats.Registration beat(HeldClaim held, ClaimOptions options, Runnable whenLost) {
    if (!options.heartbeat() && options.onLost().isEmpty() && !options.interrupt()) {
      return Heartbeats.none();
    }
    try {
      requireOpen();
      return heartbeats.keep(held, options.heartbeat(), whenLost);
    } catch (IllegalStateException | RejectedExecutionException e) {
      held.release(Optional.empty()); // closed in the meantime: it would not be renewed
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The manager of " + errors.location() + " is closed. Claim by one that is open.");
    }
  }

  /** Ends another worker's claim by force; empty when none is running. */
  Optional<ClaimInfo> forceRelease(String stage, String reason) {
    wiring.records().checkpointKey(stage);
    return errors
        .during(stage, "Releasing the claim of", () -> protocol.forceRelease(stage, reason))
        .map(claim -> info(claim).orElseGet(() -> unknown(claim)));
  }

  private static ClaimInfo unknown(ObservedClaim claim) {
    Instant seen = claim.renewedAt();
    return new ClaimInfo(
        claim.stage(),
        Worker.UNKNOWN,
        Worker.UNKNOWN,
        Worker.UNKNOWN,
        0,
        OptionalLong.empty(),
        seen,
        seen,
        seen.plus(Leases.UNREADABLE),
        0,
        0,
        Optional.empty());
  }

  /** What a claim says; empty when it cannot be read. */
  static Optional<ClaimInfo> info(ObservedClaim observed) {
    return observed
        .claim()
        .map(
            claim ->
                new ClaimInfo(
                    claim.stage(),
                    claim.worker().user(),
                    claim.worker().host(),
                    claim.worker().process(),
                    claim.attempt(),
                    claim.token(),
                    claim.started(),
                    observed.renewedAt(),
                    observed.renewedAt().plus(claim.lease()),
                    claim.failures(),
                    claim.maxAttempts(),
                    claim.note()));
  }

  @Override
  public void close() {
    closed = true;
    heartbeats.close();
  }

  /** Interrupts a worker whose claim was lost, not its thread's later work. Thread-safe. */
  private static final class WorkerInterrupt {
    private final Thread worker;
    private boolean withdrawn; // guarded by this

    WorkerInterrupt(Thread worker) {
      this.worker = worker;
    }

    synchronized void send() {
      if (!withdrawn) {
        worker.interrupt();
      }
    }

    /** After this has returned, no interrupt is sent. */
    synchronized void withdraw() {
      withdrawn = true;
    }
  }

  /** A claim as asked for. Completing replaces the damaged version, if it is still current. */
  record ClaimRequest(String stage, ClaimOptions options, Optional<Version> damaged) {
    /** The version of the stage's checkpoint that does not count as its completion. */
    Optional<Version> toReplace() {
      return options.rerun().map(Checkpoint::version).or(() -> damaged);
    }

    ClaimTerms terms() {
      return new ClaimTerms(
          options.lease(),
          options.maxAttempts(),
          options.overridesMaxAttempts(),
          options.firstBackoff(),
          options.longestBackoff(),
          options.rerun().map(Checkpoint::fencingToken).orElse(OptionalLong.empty()),
          options.rerun().map(Checkpoint::version),
          toReplace());
    }
  }
}
