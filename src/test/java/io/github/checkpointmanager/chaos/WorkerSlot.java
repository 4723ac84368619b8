package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.RandomFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A place for one worker, which gets a successor when it is killed. Each has a proxy of its own, so
 * that every request has a sender.
 */
final class WorkerSlot implements AutoCloseable {
  /** One third of the slots has the machine's clock. */
  private static final List<Optional<String>> CLOCKS =
      List.of(Optional.empty(), Optional.of("+1h"), Optional.of("-1h"));

  private record Tenant(WorkerProcess worker, FaultProxy proxy, ChaosWire wire) {}

  private final ChaosRun run;
  private final int number;
  private final FaultSchedule deck;
  private final RandomFaults weather;
  private final Random random;
  private final ScheduledExecutorService timer;
  private final List<Tenant> tenants = new ArrayList<>();

  /** With its first worker. */
  WorkerSlot(
      ChaosRun run,
      int number,
      FaultSchedule deck,
      RandomFaults weather,
      Random random,
      ScheduledExecutorService timer)
      throws IOException {
    this.run = run;
    this.number = number;
    this.deck = deck;
    this.weather = weather;
    this.random = random;
    this.timer = timer;
    start();
  }

  private void start() throws IOException {
    String name = "w%02d.%d".formatted(number, tenants.size());
    FaultProxy proxy = FaultProxy.before(run.server().endpoint());
    Assignment assignment = run.assignment(name, proxy.endpoint());
    Optional<FakeClock> clock =
        CLOCKS
            .get(number % CLOCKS.size())
            .map(offset -> FakeClock.in(assignment.journal().resolveSibling(name), offset));
    WorkerProcess worker = WorkerProcess.start(assignment, clock, run.server().environment());
    ChaosWire wire = new ChaosWire(new FaultInjector(worker, random, timer), deck, weather);
    proxy.when(request -> true).then(wire);
    tenants.add(new Tenant(worker, proxy, wire));
  }

  private Tenant last() {
    return tenants.get(tenants.size() - 1);
  }

  /** Sees to a successor. */
  void tend() throws IOException {
    WorkerProcess worker = last().worker();
    if (worker.isAlive() || hasFinished(worker)) {
      return;
    }
    if (!worker.isKilled()) {
      throw new IllegalStateException(
          worker.name()
              + " ended with "
              + worker.status()
              + "; it said: "
              + java.nio.file.Files.readString(worker.log()));
    }
    start();
  }

  private static boolean hasFinished(WorkerProcess worker) {
    return !worker.isAlive() && worker.status() == 0;
  }

  /** Whether the work is done and nothing of it is under way. */
  boolean hasEnded() {
    return hasFinished(last().worker())
        && tenants.stream().allMatch(tenant -> tenant.wire().isQuiet());
  }

  /** What was held back reaches the server now. */
  void deliverLate() throws IOException {
    for (Tenant tenant : tenants) {
      tenant.proxy().deliverLate();
    }
  }

  void collect(List<WorkerEvent> events, List<WireRequest> wire, Set<String> killed)
      throws IOException {
    for (Tenant tenant : tenants) {
      WorkerProcess worker = tenant.worker();
      events.addAll(Journal.read(worker.assignment().journal()));
      wire.addAll(WireLog.of(worker.name(), tenant.proxy().exchanges()));
      if (worker.isKilled()) {
        killed.add(worker.name());
      }
    }
  }

  void kill() {
    tenants.forEach(tenant -> tenant.worker().kill());
  }

  @Override
  public void close() throws IOException {
    for (Tenant tenant : tenants) {
      tenant.worker().close();
      tenant.proxy().close();
    }
  }
}
