package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One run in which workers run a pipeline again and again, and roll it back in between, while they
 * are killed and stopped, preferably in a compensation, and the network fails. What a killed worker
 * began to undo, others go on with or abandon. At the end a last worker, undisturbed, runs the
 * pipeline to its end.
 */
final class UndoRun {
  private final ChaosServer server;
  private final long seed;
  private final Path directory;
  private final Duration length;
  private final Random random;

  UndoRun(ChaosServer server, long seed, Path directory, Duration length) {
    this.server = server;
    this.seed = seed;
    this.directory = directory;
    this.length = length;
    this.random = new Random(seed);
  }

  /**
   * What happened.
   *
   * @param brokenOff the compensations in which their worker was killed
   * @param late the completions that brought an undone stage back, see {@link UndoRules}
   */
  record Report(
      String server,
      long seed,
      Map<Kind, Long> counts,
      long brokenOff,
      long late,
      int kills,
      int stops,
      Map<String, Integer> network,
      List<Violation> violations) {
    long count(Kind kind) {
      return counts.getOrDefault(kind, 0L);
    }

    @Override
    public String toString() {
      return "rollbacks on "
          + server
          + ", seed "
          + seed
          + ": "
          + counts
          + ", compensations broken off "
          + brokenOff
          + ", late completions "
          + late
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
    try (Crowd crowd = new Crowd(server, UndoWorker.class, prefix(), seed, directory)) {
      crowd.work(
          length,
          () -> crowd.killedWho(Kind.COMPENSATING) > 0 && hasUndone(crowd),
          () ->
              random.nextInt(crowd.killedWho(Kind.COMPENSATING) > 0 ? 6 : 2) == 0
                  ? crowd.anyoneWho(Kind.COMPENSATING)
                  : crowd.anyone(25));
      crowd.workOnceMore(UndoWorker.LAST);
      List<WorkerEvent> events = crowd.events();
      UndoRules rules =
          new UndoRules(Assignment.stages(Crowd.STAGES), events, crowd.wire(), records());
      return new Report(
          server.name(),
          seed,
          Crowd.counts(events),
          crowd.killedWho(Kind.COMPENSATING),
          rules.late(),
          crowd.kills(),
          crowd.stops(),
          crowd.network(),
          rules.violations());
    }
  }

  private static boolean hasUndone(Crowd crowd) {
    return crowd.events().stream().anyMatch(event -> event.kind() == Kind.UNDONE);
  }

  private String prefix() {
    return "undo-" + seed;
  }

  private Map<String, RecordSummary> records() {
    S3CheckpointStore store =
        S3CheckpointStore.builder()
            .client(server.client())
            .bucket(server.bucket())
            .prefix(prefix())
            .build();
    Map<String, RecordSummary> records = new HashMap<>();
    try (CheckpointManager checkpoints = CheckpointManager.builder().store(store).open()) {
      for (Checkpoint checkpoint : checkpoints.verify().checkpoints()) {
        records.put(
            checkpoint.stage(),
            new RecordSummary(
                State.COMPLETED,
                checkpoint.writeId().orElse(""),
                "",
                checkpoint.attempt().orElse(0),
                checkpoint.fencingToken()));
      }
    }
    return records;
  }
}
