package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the claims of one manager, all on one daemon thread, each every third of its lease. A
 * second daemon thread makes no requests: it tells a holder in time that its lease has run out,
 * even while a renewal hangs. Both begin with the first claim. Thread-safe.
 */
public final class Heartbeats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  /** How much sooner than the next regular renewal a failed one is tried again. */
  private static final int RETRY_SHARE = 4;

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);

  // Executors start their threads with their first task.
  private final ScheduledExecutorService renewals;
  private final ScheduledExecutorService watches;

  public Heartbeats() {
    this(daemon("checkpoint-heartbeat"), daemon("checkpoint-lease-watch"));
  }

  /** With executors that a test can look into. */
  Heartbeats(ScheduledExecutorService renewals, ScheduledExecutorService watches) {
    this.renewals = renewals;
    this.watches = watches;
  }

  private static ScheduledThreadPoolExecutor daemon(String name) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, DaemonThreads.named(name));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  /**
   * Keeps a claim until it ends, is lost, or the returned handle is closed.
   *
   * @param renewing whether to renew it; otherwise its lease is only watched
   * @param whenLost called at most once, on a thread of this object; must not block. What it throws
   *     is logged
   * @throws RejectedExecutionException when this object was closed
   */
  public Registration keep(HeldClaim claim, boolean renewing, Runnable whenLost) {
    Renewing beat = new Renewing(claim, whenLost);
    beat.watch();
    if (renewing) {
      beat.scheduleRenewal(interval(claim));
    }
    return beat;
  }

  private static Duration interval(HeldClaim claim) {
    return claim.lease().dividedBy(3);
  }

  /** For a claim that is neither renewed nor watched. */
  public static Registration none() {
    return () -> {};
  }

  /** Stops all renewals; leases then run out by themselves. Idempotent. */
  @Override
  public void close() {
    renewals.shutdownNow();
    watches.shutdownNow();
  }

  /** A claim that is renewed or watched until this is closed. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Stops renewing and watching the claim; nothing is written. Idempotent. */
    @Override
    void close();
  }

  private final class Renewing implements Registration {
    private final HeldClaim claim;
    private final Runnable whenLost;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable ScheduledFuture<?> watching;

    private Renewing(HeldClaim claim, Runnable whenLost) {
      this.claim = claim;
      this.whenLost = whenLost;
    }

    private void scheduleRenewal(Duration in) {
      if (ended.get()) {
        return;
      }
      try {
        ScheduledFuture<?> unused =
            renewals.schedule(this::renew, in.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // closed meanwhile: the lease runs out by itself
      }
    }

    private void renew() {
      if (ended.get() || claim.isEnded()) {
        return;
      }
      try {
        if (claim.renew()) {
          scheduleRenewal(interval(claim));
        } else {
          tellLost();
        }
      } catch (StoreException e) {
        LOG.warn(
            "Claim not renewed, trying again while its lease holds: {} ({} left): {}",
            LogSafe.of(claim.stage()),
            claim.remaining(),
            e.getMessage());
        scheduleRenewal(interval(claim).dividedBy(RETRY_SHARE));
      } catch (RuntimeException e) {
        LOG.error("Claim given up, it cannot be renewed: {}", LogSafe.of(claim.stage()), e);
        claim.lose();
        tellLost();
      }
    }

    private void watch() {
      long every = WATCH_INTERVAL.toNanos();
      watching = watches.scheduleWithFixedDelay(this::look, every, every, TimeUnit.NANOSECONDS);
    }

    private void look() {
      if (claim.isEnded()) {
        close();
      } else if (!claim.isHeld()) {
        claim.lose();
        tellLost();
      }
    }

    private void tellLost() {
      if (!end() || claim.isEnded()) {
        return;
      }
      LOG.warn("Claim lost: {} (attempt {})", LogSafe.of(claim.stage()), claim.attempt());
      try {
        whenLost.run();
      } catch (RuntimeException | Error e) {
        // All claims share the thread.
        LOG.error("The callback of a lost claim failed: {}", LogSafe.of(claim.stage()), e);
      }
    }

    /** Returns whether this call has ended it. */
    private boolean end() {
      boolean first = ended.compareAndSet(false, true);
      ScheduledFuture<?> future = watching;
      if (first && future != null) {
        future.cancel(false);
      }
      return first;
    }

    @Override
    public void close() {
      end();
    }
  }
}
