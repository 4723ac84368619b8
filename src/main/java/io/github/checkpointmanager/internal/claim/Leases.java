package io.github.checkpointmanager.internal.claim;

import java.time.Duration;

/** Numbers that every party to a claim computes alike. */
public final class Leases {
  /** Below it, whole seconds of the store's clock and a slow request would decide. */
  public static final Duration SHORTEST = Duration.ofSeconds(5);

  /**
   * A claim may state any lease; a longer one counts as this. Sums of it and of times in the store
   * never overflow.
   */
  public static final Duration LONGEST = Duration.ofDays(365);

  private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(2);

  private Leases() {}

  /**
   * What a taker waits beyond a lease: 2 s, or 5 % of the lease if that is more. S3 tells its time
   * in whole seconds.
   */
  public static Duration margin(Duration lease) {
    Duration share = lease.dividedBy(20);
    return share.compareTo(SMALLEST_MARGIN) > 0 ? share : SMALLEST_MARGIN;
  }

  /** The age from which a claim may be taken over. */
  public static Duration takeoverAge(Duration lease) {
    return lease.plus(margin(lease));
  }
}
