package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.RandomFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One run in which workers execute a few stages again and again, and clear them in between, while
 * they are killed and stopped and the network fails. Each worker has a proxy of its own; one of
 * three has a clock of its own.
 */
final class ChurnRun {
  private static final int WORKERS = 6;
  private static final int STAGES = 3;
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final ChaosServer server;
  private final long seed;
  private final Path directory;
  private final Duration length;
  private final Random random;
  private final RandomFaults network;
  private final List<Connected> all = new ArrayList<>();
  private final List<Connected> current = new ArrayList<>();
  private int kills;
  private int stops;

  ChurnRun(ChaosServer server, long seed, Path directory, Duration length) {
    this.server = server;
    this.seed = seed;
    this.directory = directory;
    this.length = length;
    this.random = new Random(seed);
    this.network = ChaosNetwork.faults(seed);
  }

  private record Connected(int slot, WorkerProcess worker, FaultProxy proxy) {}

  /** What happened. */
  record Report(
      String server,
      long seed,
      Map<WorkerEvent.Kind, Long> counts,
      int kills,
      int stops,
      Map<String, Integer> network,
      List<Violation> violations) {
    long count(WorkerEvent.Kind kind) {
      return counts.getOrDefault(kind, 0L);
    }

    @Override
    public String toString() {
      return "churn on "
          + server
          + ", seed "
          + seed
          + ": "
          + counts
          + ", kills "
          + kills
          + ", stops "
          + stops
          + ", "
          + network
          + ", violations "
          + violations.size()
          + violations.stream().map(v -> "\n  " + v).reduce("", String::concat);
    }
  }

  Report run() throws IOException, InterruptedException {
    try {
      for (int slot = 0; slot < WORKERS; slot++) {
        current.add(start(slot, 0));
      }
      long end = System.nanoTime() + length.toNanos();
      while (System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(400);
        disturb(random.nextInt(WORKERS));
      }
      Files.createFile(directory.resolve(ChurnWorker.END));
      for (Connected connected : current) {
        connected.worker().resume();
        if (connected.worker().status() != 0) {
          throw new IllegalStateException(
              connected.worker().name()
                  + " ended with "
                  + connected.worker().status()
                  + ": "
                  + Files.readString(connected.worker().log()));
        }
      }
      return report();
    } finally {
      for (Connected connected : all) {
        connected.worker().close();
        connected.proxy().close();
      }
    }
  }

  private Connected start(int slot, int generation) throws IOException {
    FaultProxy proxy = FaultProxy.before(server.endpoint());
    if (slot % 3 == 2) {
      proxy.rewriteReplies(ChaosNetwork::withAnotherClock);
    }
    proxy.when(request -> true).then(network);
    String name = "w%d.%d".formatted(slot, generation);
    Assignment assignment =
        new Assignment(
            name,
            server.location("churn-" + seed, proxy.endpoint()),
            STAGES,
            LEASE,
            seed,
            directory.resolve(name + ".journal"));
    Connected connected =
        new Connected(
            slot,
            WorkerProcess.start(
                ChurnWorker.class, assignment, Optional.empty(), server.environment()),
            proxy);
    all.add(connected);
    return connected;
  }

  /** Kills a worker, or stops it for longer than a lease and its margin, or lets it work. */
  private void disturb(int slot) throws IOException {
    Connected connected = current.get(slot);
    for (Connected other : all) {
      if (random.nextInt(20) == 0) {
        other.proxy().deliverLate();
      }
    }
    switch (random.nextInt(10)) {
      case 0 -> {
        connected.worker().kill();
        kills++;
        current.set(slot, start(slot, all.size()));
      }
      case 1 -> {
        connected.worker().stop();
        stops++;
        Thread resume =
            new Thread(
                () -> {
                  try {
                    TimeUnit.MILLISECONDS.sleep(4_000 + (stops % 3) * 2_500L);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  connected.worker().resume();
                });
        resume.setDaemon(true);
        resume.start();
      }
      default -> {}
    }
  }

  private Report report() throws IOException {
    List<WorkerEvent> events = new ArrayList<>();
    for (Connected connected : all) {
      Path journal = connected.worker().assignment().journal();
      if (Files.exists(journal)) { // killed before it began, perhaps
        events.addAll(Journal.read(journal));
      }
    }
    events.sort(Comparator.comparingLong(WorkerEvent::at));
    Map<WorkerEvent.Kind, Long> counts = new EnumMap<>(WorkerEvent.Kind.class);
    events.forEach(event -> counts.merge(event.kind(), 1L, Long::sum));
    List<Violation> violations = new ArrayList<>();
    for (String stage : Assignment.stages(STAGES)) {
      List<WorkerEvent> of = events.stream().filter(e -> e.stage().equals(stage)).toList();
      violations.addAll(new ChurnRules(stage, of).violations());
    }
    return new Report(
        server.name(), seed, counts, kills, stops, new TreeMap<>(network.counts()), violations);
  }
}
