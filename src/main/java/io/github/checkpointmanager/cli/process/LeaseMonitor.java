package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.cli.process.LeaseWatchdog.TerminationSchedule;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says whether a command may go on under its claim. {@link #look} never waits, so that a renewal
 * that hangs does not keep it; for one thread.
 *
 * <p>A claim may be suspect though it is held: the wall clock went ahead of the monotonic one, so
 * this machine may have been suspended. A renewal decides that, and is sent at once.
 */
public final class LeaseMonitor {
  /** Why a command may not go on. */
  public enum Loss {
    /** The store says that the claim is another's, or gone. */
    TAKEN,
    /** It was not renewed in time. */
    NOT_RENEWED
  }

  /** After a freeze, renewals that are overdue are sent first; so late is early enough for TERM. */
  private static final int LOOKS = 3;

  /** For a renewal to clear the suspicion. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Claim claim;
  private final TerminationSchedule plan;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile boolean taken;
  private int due;
  private long validAt = System.nanoTime();

  LeaseMonitor(Claim claim, TerminationSchedule plan) {
    this.claim = claim;
    this.plan = plan;
  }

  /** Empty while the command may go on. */
  Optional<Loss> look() {
    Duration remaining = claim.remaining();
    due = plan.isDue(remaining) ? due + 1 : 0;
    if (remaining.compareTo(plan.reserve()) <= 0 || due >= LOOKS) {
      return Optional.of(Loss.NOT_RENEWED);
    }
    if (claim.isValid()) {
      validAt = System.nanoTime();
      return Optional.empty();
    }
    if (taken) {
      return Optional.of(Loss.TAKEN);
    }
    renew();
    return System.nanoTime() - validAt > PATIENCE.toNanos()
        ? Optional.of(Loss.NOT_RENEWED)
        : Optional.empty();
  }

  /** Of a claim that is known to be lost this says so without a request. */
  private void renew() {
    if (renewing.compareAndSet(false, true)) {
      DaemonThreads.start("checkpoint-renewal", this::tryToRenew);
    }
  }

  private void tryToRenew() {
    try {
      claim.renew();
    } catch (ClaimLostException e) {
      taken = true;
    } catch (RuntimeException e) {
      // The store failed; the next look tries again.
    } finally {
      renewing.set(false);
    }
  }
}
