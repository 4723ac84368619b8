package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops the command of {@code run} when its claim is lost, or could be soon: TERM, then KILL while
 * the lease still holds, as {@link TerminationSchedule} has it. It looks ten times a second: a
 * process that was frozen and goes on finds out at once. Thread-safe.
 */
public final class LeaseWatchdog {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** After KILL; only a process that the kernel holds lives longer. */
  private static final Duration LONGEST_DYING = Duration.ofSeconds(5);

  private final Claim claim;
  private final TerminationSchedule plan;
  private @Nullable Thread guarding; // guarded by this
  private LeaseMonitor.@Nullable Loss loss; // guarded by this
  private boolean ended; // guarded by this

  public LeaseWatchdog(Claim claim, Duration lease) {
    this.claim = claim;
    this.plan = new TerminationSchedule(lease);
  }

  /** Guards a command that was just started. */
  public synchronized void watch(RunningCommand running) {
    guarding = DaemonThreads.start("checkpoint-lease-guard", () -> guard(running));
  }

  /**
   * The command has ended. Waits until nothing is left of it, if it was being stopped.
   *
   * @return why it was stopped; empty when it ended by itself
   */
  public Optional<LeaseMonitor.Loss> end() {
    Thread stopping;
    synchronized (this) {
      ended = true;
      stopping = loss == null ? null : guarding;
    }
    if (stopping != null) {
      DaemonThreads.await(stopping, plan.grace().plus(LONGEST_DYING).plus(LOOK));
    }
    synchronized (this) {
      return Optional.ofNullable(loss);
    }
  }

  private void guard(RunningCommand running) {
    LeaseMonitor judge = new LeaseMonitor(claim, plan);
    Optional<LeaseMonitor.Loss> verdict = judge.look();
    while (verdict.isEmpty() && !isEnded()) {
      pause();
      verdict = judge.look();
    }
    if (verdict.isPresent() && decide(verdict.get())) {
      stop(running);
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  /** Whether the command is still to be stopped. */
  private synchronized boolean decide(LeaseMonitor.Loss why) {
    if (ended) {
      return false;
    }
    loss = why;
    return true;
  }

  private void stop(RunningCommand running) {
    long begin = System.nanoTime();
    if (mayGoOn(begin)) {
      running.terminate();
    }
    while (!running.isGone() && mayGoOn(begin)) {
      pause();
    }
    long killed = System.nanoTime();
    do {
      running.kill();
      pause();
    } while (!running.isGone() && System.nanoTime() - killed < LONGEST_DYING.toNanos());
  }

  private boolean mayGoOn(long begin) {
    Duration since = Duration.ofNanos(System.nanoTime() - begin);
    Duration left = plan.graceLeft(claim.remaining(), since);
    return !left.isZero() && !left.isNegative();
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    } catch (InterruptedException e) {
      // This thread is never interrupted, and the command is not left unguarded.
    }
  }

  /**
   * When a command is stopped whose claim cannot be renewed, so that it is dead while no other
   * worker can have the stage. Pure.
   *
   * <p>At the end of the lease a tenth of it, at most 5 s, is kept in reserve: KILL is sent before
   * it, and it is left for the processes to die in. Before that, 15 % of the lease, at most 10 s,
   * are the command's own time to end after TERM. Renewals are tried from a third of the lease on,
   * so that several have failed by then. Another worker waits a margin longer than the lease.
   *
   * @param lease how long the claim holds after each renewal
   */
  record TerminationSchedule(Duration lease) {
    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(5);
    private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);

    /** How long before the end of the lease KILL is sent. */
    Duration reserve() {
      return min(lease.dividedBy(10), LONGEST_RESERVE);
    }

    /** How long the command may take to end after TERM. */
    Duration grace() {
      return min(lease.multipliedBy(3).dividedBy(20), LONGEST_GRACE);
    }

    /** Whether it is time for TERM. */
    boolean isDue(Duration remaining) {
      return remaining.compareTo(reserve().plus(grace())) <= 0;
    }

    /**
     * What the command may still take to end after a TERM.
     *
     * @param remaining what is left of the lease now
     * @param since the time since TERM
     */
    Duration graceLeft(Duration remaining, Duration since) {
      return min(remaining.minus(reserve()), grace().minus(since));
    }

    private static Duration min(Duration a, Duration b) {
      return a.compareTo(b) <= 0 ? a : b;
    }
  }
}
