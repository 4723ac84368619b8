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
 * Decides what happens to the requests of one worker: the wire knows what the worker is doing, and
 * so when a mishap is due. Thread-safe.
 */
final class ChaosWire implements WireFault {
  private final FaultInjector mishaps;
  private final FaultSchedule deck;
  private final RandomFaults weather;
  private final AtomicInteger underWay = new AtomicInteger();

  private final Set<String> owners = new HashSet<>(); // guarded by this
  private boolean claimed; // guarded by this
  private @Nullable InjectedFault pending; // guarded by this

  ChaosWire(FaultInjector mishaps, FaultSchedule deck, RandomFaults weather) {
    this.mishaps = mishaps;
    this.deck = deck;
    this.weather = weather;
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
    if (mishaps.isCutOff()) {
      WireFault.dropRequest().handle(exchange);
      return;
    }
    Optional<InjectedFault> due = due(exchange.request());
    if (due.isPresent()) {
      mishaps.happen(due.get(), exchange);
      return;
    }
    weather.handle(exchange);
    if (exchange.serverStatus().orElse(0) == 200 && runningClaim(exchange.request()).isPresent()) {
      claimed().ifPresent(mishaps::happenSoon);
    }
  }

  private Optional<InjectedFault> due(ProxiedRequest request) {
    Optional<RecordSummary> claim = runningClaim(request);
    if (claim.isPresent()) {
      return dueInClaim(claim.get());
    }
    return isPutOf(request, StageName.CHECKPOINT_SUFFIX) ? take(Moment.SAVE) : Optional.empty();
  }

  /** An owner that was not seen before is a new execution, or the try of one. */
  private synchronized Optional<InjectedFault> dueInClaim(RecordSummary claim) {
    if (!owners.add(claim.owner())) {
      return claimed ? take(Moment.RENEWAL) : Optional.empty();
    }
    claimed = false;
    if (pending != null) {
      deck.giveBack(pending);
    }
    pending = deck.deal(mishaps::canHappen).orElse(null);
    return take(Moment.CLAIM);
  }

  private synchronized Optional<InjectedFault> claimed() {
    claimed = true;
    return take(Moment.TASK);
  }

  private synchronized Optional<InjectedFault> take(Moment moment) {
    InjectedFault mishap = pending;
    if (mishap == null || mishap.moment() != moment) {
      return Optional.empty();
    }
    pending = null;
    deck.count(mishap);
    return Optional.of(mishap);
  }

  private static Optional<RecordSummary> runningClaim(ProxiedRequest request) {
    return isPutOf(request, StageName.CLAIM_SUFFIX)
        ? RecordSummary.of(request.payload()).filter(facts -> facts.state() == State.RUNNING)
        : Optional.empty();
  }

  private static boolean isPutOf(ProxiedRequest request, String suffix) {
    return request.operation() == Operation.PUT && request.key().endsWith(suffix);
  }
}
