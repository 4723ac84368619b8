package io.github.checkpointmanager.cli.process;

import java.time.Duration;

/**
 * When a command is stopped whose claim cannot be renewed, so that it is dead while no other worker
 * can have the stage. Pure.
 *
 * <p>At the end of the lease a tenth of it, at most 5 s, is kept in reserve: KILL is sent before
 * it, and it is left for the processes to die in. Before that, 15 % of the lease, at most 10 s, are
 * the command's own time to end after TERM. Renewals are tried from a third of the lease on, so
 * that several have failed by then. Another worker waits a margin longer than the lease.
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
