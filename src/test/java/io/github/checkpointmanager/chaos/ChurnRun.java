package io.github.checkpointmanager.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run in which workers execute a few stages again and again, and clear them in between, while
 * they are killed and stopped and the network fails.
 */
final class ChurnRun {
  private final ChaosServer server;
  private final long seed;
  private final Path directory;
  private final Duration length;

  ChurnRun(ChaosServer server, long seed, Path directory, Duration length) {
    this.server = server;
    this.seed = seed;
    this.directory = directory;
    this.length = length;
  }

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
    try (Crowd crowd = new Crowd(server, ChurnWorker.class, "churn-" + seed, seed, directory)) {
      crowd.work(length, () -> true, () -> crowd.anyone(5));
      List<WorkerEvent> events = crowd.events();
      List<Violation> violations = new ArrayList<>();
      for (String stage : Assignment.stages(Crowd.STAGES)) {
        List<WorkerEvent> of = events.stream().filter(e -> e.stage().equals(stage)).toList();
        violations.addAll(new ChurnRules(stage, of).violations());
      }
      return new Report(
          server.name(),
          seed,
          Crowd.counts(events),
          crowd.kills(),
          crowd.stops(),
          crowd.network(),
          violations);
    }
  }
}
