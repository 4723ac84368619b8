package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the claims of one manager, each every third of its lease, and each by itself: a renewal
 * runs on a thread of its own, so that one that hangs delays no other claim. One that is not
 * answered in time is given up: another one is sent beside it, and the first answer counts, however
 * late. A daemon thread that makes no requests starts the renewals; another one tells a holder in
 * time that its lease has run out. They begin with the first claim. Thread-safe.
 */
public final class Heartbeats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  /** How much sooner than the next regular renewal a failed one is tried again. */
  private static final int RETRY_SHARE = 4;

  /** How many renewals of one claim may be under way at once: none of them may ever return. */
  static final int MOST_TRIES = 8;

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);
  private static final Duration IDLE_THREAD = Duration.ofSeconds(30);

  // Executors start their threads with their first task.
  private final ScheduledExecutorService starts;
  private final ScheduledExecutorService watches;
  private final ExecutorService renewals;

  public Heartbeats() {
    this(daemon("checkpoint-heartbeat"), daemon("checkpoint-lease-watch"), threads());
  }

  /** With executors that a test can look into. */
  Heartbeats(
      ScheduledExecutorService starts, ScheduledExecutorService watches, ExecutorService renewals) {
    this.starts = starts;
    this.watches = watches;
    this.renewals = renewals;
  }

  /** As many as renewals hang: a bound would let them share their fate. */
  private static ExecutorService threads() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_THREAD.toNanos(),
        TimeUnit.NANOSECONDS,
        new SynchronousQueue<>(),
        DaemonThreads.numbered("checkpoint-renewal"));
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
    starts.shutdownNow();
    watches.shutdownNow();
    renewals.shutdownNow();
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
    private final RenewalTries tries = new RenewalTries();
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
            starts.schedule(this::begin, in.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // closed meanwhile: the lease runs out by itself
      }
    }

    private void begin() {
      if (ended.get() || claim.isEnded()) {
        return;
      }
      long number = tries.begin();
      try {
        renewals.execute(() -> renew(number));
      } catch (RejectedExecutionException e) {
        // closed meanwhile, as above
      } catch (OutOfMemoryError e) {
        LOG.error("Claim not renewed, no thread can be started: {}", LogSafe.of(claim.stage()), e);
        if (tries.failed(number)) {
          scheduleRenewal(interval(claim).dividedBy(RETRY_SHARE));
        }
      }
    }

    private void renew(long number) {
      try {
        if (!claim.renew()) {
          tellLost();
        } else if (tries.succeeded(number)) {
          scheduleRenewal(interval(claim));
        }
      } catch (StoreException e) {
        if (tries.failed(number) && !ended.get()) {
          LOG.warn(
              "Claim not renewed, trying again while its lease holds: {} ({} left): {}",
              LogSafe.of(claim.stage()),
              claim.remaining(),
              e.getMessage());
          scheduleRenewal(interval(claim).dividedBy(RETRY_SHARE));
        }
      } catch (RuntimeException e) {
        LOG.error("Claim given up, it cannot be renewed: {}", LogSafe.of(claim.stage()), e);
        claim.lose();
        tellLost();
      }
    }

    /** Another renewal may be answered: it goes by another connection. */
    private void renewBesideAHungOne() {
      Duration longest = Leases.renewalTimeout(claim.lease());
      if (tries.isOverdue(longest)) {
        LOG.warn(
            "Claim renewal not answered for {}, sending another: {} ({} left)",
            longest,
            LogSafe.of(claim.stage()),
            claim.remaining());
        begin();
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
      } else {
        renewBesideAHungOne();
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

  /**
   * Which renewals of one claim are under way. The newest one decides when the next is due; a
   * success settles all that were begun before it. Thread-safe.
   */
  private static final class RenewalTries {
    private long newest;
    private long settled;
    private int underWay;
    private long newestBegan;

    synchronized long begin() {
      underWay++;
      newestBegan = System.nanoTime();
      return ++newest;
    }

    /** Returns whether the next renewal is to be scheduled: not if another success did that. */
    synchronized boolean succeeded(long number) {
      underWay--;
      if (number <= settled) {
        return false;
      }
      settled = newest;
      return true;
    }

    /** Returns whether it is to be tried again: not while a later one is under way, or settled. */
    synchronized boolean failed(long number) {
      underWay--;
      if (number <= settled || number < newest) {
        return false;
      }
      settled = newest;
      return true;
    }

    /** Returns whether another is to be begun beside those that hang. */
    synchronized boolean isOverdue(Duration longest) {
      return settled < newest
          && underWay < MOST_TRIES
          && System.nanoTime() - newestBegan > longest.toNanos();
    }
  }
}
