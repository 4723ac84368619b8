package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.RandomFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One of the run's workers, and its successor whenever it was killed. Each process has a proxy of
 * its own, so that each request has a known sender.
 */
final class WorkerSlot implements AutoCloseable {
  /** One third of the slots has the machine's clock. */
  private static final List<Optional<String>> CLOCKS =
      List.of(Optional.empty(), Optional.of("+1h"), Optional.of("-1h"));

  private record ConnectedWorker(WorkerProcess worker, FaultProxy proxy, ChaosWire wire) {}

  private final ChaosRun run;
  private final int number;
  private final FaultSchedule schedule;
  private final RandomFaults networkFaults;
  private final Random random;
  private final ScheduledExecutorService timer;
  private final List<ConnectedWorker> workers = new ArrayList<>();

  /** With its first worker. */
  WorkerSlot(
      ChaosRun run,
      int number,
      FaultSchedule schedule,
      RandomFaults networkFaults,
      Random random,
      ScheduledExecutorService timer)
      throws IOException {
    this.run = run;
    this.number = number;
    this.schedule = schedule;
    this.networkFaults = networkFaults;
    this.random = random;
    this.timer = timer;
    start();
  }

  private void start() throws IOException {
    String name = "w%02d.%d".formatted(number, workers.size());
    FaultProxy proxy = FaultProxy.before(run.server().endpoint());
    if (hasWrongClock()) {
      proxy.rewriteReplies(ChaosNetwork::withAnotherClock);
    }
    Assignment assignment = run.assignment(name, proxy.endpoint());
    Optional<FakeClock> clock =
        CLOCKS
            .get(number % CLOCKS.size())
            .map(offset -> FakeClock.in(assignment.journal().resolveSibling(name), offset));
    WorkerProcess worker =
        WorkerProcess.start(ChaosWorker.class, assignment, clock, run.server().environment());
    ChaosWire wire =
        new ChaosWire(new FaultInjector(worker, random, timer), schedule, networkFaults);
    proxy.when(request -> true).then(wire);
    workers.add(new ConnectedWorker(worker, proxy, wire));
  }

  /**
   * Some workers have a proxy with a clock of its own, two hours ahead. The worker's own clock is
   * right then: where it is wrong, clients correct the time of their signatures by the replies, and
   * with both wrong a server that compares the times refuses every request.
   */
  private boolean hasWrongClock() {
    return number % 6 == 3;
  }

  private ConnectedWorker last() {
    return workers.get(workers.size() - 1);
  }

  /** Starts a successor if the worker was killed. */
  void replaceKilled() throws IOException {
    WorkerProcess worker = last().worker();
    if (worker.isAlive() || hasFinished(worker)) {
      return;
    }
    if (worker.killedAt().isEmpty()) {
      throw new IllegalStateException(
          worker.name()
              + " ended with "
              + worker.status()
              + "; its output: "
              + java.nio.file.Files.readString(worker.log()));
    }
    start();
  }

  private static boolean hasFinished(WorkerProcess worker) {
    return !worker.isAlive() && worker.status() == 0;
  }

  /** Whether all work is done and no request is under way. */
  boolean hasEnded() {
    return hasFinished(last().worker())
        && workers.stream().allMatch(connected -> connected.wire().isQuiet());
  }

  /** Sends the requests that were held back to the server. */
  void deliverLate() throws IOException {
    for (ConnectedWorker connected : workers) {
      connected.proxy().deliverLate();
    }
  }

  void collect(List<WorkerEvent> events, List<WireRequest> wire, Map<String, Long> killed)
      throws IOException {
    for (ConnectedWorker connected : workers) {
      WorkerProcess worker = connected.worker();
      events.addAll(Journal.read(worker.assignment().journal()));
      wire.addAll(WireLog.of(worker.name(), connected.proxy().exchanges(), !hasWrongClock()));
      worker.killedAt().ifPresent(when -> killed.put(worker.name(), when));
    }
  }

  void kill() {
    workers.forEach(connected -> connected.worker().kill());
  }

  @Override
  public void close() throws IOException {
    for (ConnectedWorker connected : workers) {
      connected.worker().close();
      connected.proxy().close();
    }
  }
}
