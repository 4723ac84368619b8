package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.chaos.InjectedFault.Moment;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.testing.PendingExchange;
import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.RandomFaults;
import io.github.checkpointmanager.testing.WireFault;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to the requests of one worker. The requests show what the worker is doing,
 * and so when to inject the next fault. Thread-safe.
 */
final class ChaosWire implements WireFault {
  private final FaultInjector faults;
  private final FaultSchedule schedule;
  private final RandomFaults networkFaults;
  private final AtomicInteger underWay = new AtomicInteger();

  private final Set<String> owners = new HashSet<>(); // guarded by this
  private boolean claimed; // guarded by this
  private @Nullable InjectedFault pending; // guarded by this

  ChaosWire(FaultInjector faults, FaultSchedule schedule, RandomFaults networkFaults) {
    this.faults = faults;
    this.schedule = schedule;
    this.networkFaults = networkFaults;
  }

  /** Whether no request is under way. */
  boolean isQuiet() {
    return underWay.get() == 0;
  }

  @Override
  public void handle(PendingExchange exchange) throws IOException, InterruptedException {
    underWay.incrementAndGet();
    try {
      decide(exchange);
    } finally {
      underWay.decrementAndGet();
    }
  }

  private void decide(PendingExchange exchange) throws IOException, InterruptedException {
    if (faults.isCutOff()) {
      WireFault.dropRequest().handle(exchange);
      return;
    }
    Optional<InjectedFault> due = due(exchange.request());
    if (due.isPresent()) {
      faults.inject(due.get(), exchange);
      return;
    }
    networkFaults.handle(exchange);
    if (exchange.serverStatus().orElse(0) == 200 && runningClaim(exchange.request()).isPresent()) {
      claimed().ifPresent(faults::injectSoon);
    }
  }

  private Optional<InjectedFault> due(ProxiedRequest request) {
    Optional<RecordSummary> claim = runningClaim(request);
    if (claim.isPresent()) {
      return dueInClaim(claim.get());
    }
    return isPutOf(request, StageName.CHECKPOINT_SUFFIX) ? take(Moment.SAVE) : Optional.empty();
  }

  /** A new owner id is a new execution, or an attempt to begin one. */
  private synchronized Optional<InjectedFault> dueInClaim(RecordSummary claim) {
    if (!owners.add(claim.owner())) {
      return claimed ? take(Moment.RENEWAL) : Optional.empty();
    }
    claimed = false;
    if (pending != null) {
      schedule.putBack(pending);
    }
    pending = schedule.next(faults::canInject).orElse(null);
    return take(Moment.CLAIM);
  }

  private synchronized Optional<InjectedFault> claimed() {
    claimed = true;
    return take(Moment.TASK);
  }

  private synchronized Optional<InjectedFault> take(Moment moment) {
    InjectedFault fault = pending;
    if (fault == null || fault.moment() != moment) {
      return Optional.empty();
    }
    pending = null;
    schedule.count(fault);
    return Optional.of(fault);
  }

  private static Optional<RecordSummary> runningClaim(ProxiedRequest request) {
    return isPutOf(request, StageName.CLAIM_SUFFIX)
        ? RecordSummary.of(request.payload()).filter(record -> record.state() == State.RUNNING)
        : Optional.empty();
  }

  private static boolean isPutOf(ProxiedRequest request, String suffix) {
    return request.operation() == Operation.PUT && request.key().endsWith(suffix);
  }
}
