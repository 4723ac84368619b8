package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.RandomFaults;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One run: workers execute the stages of one location until all are completed, under faults. */
final class ChaosRun {
  static final int WORKERS = 12;
  static final int STAGES = 60;
  private static final Duration LEASE = Duration.ofSeconds(5);

  /** Much longer than a run takes. */
  static final Duration PATIENCE = Duration.ofMinutes(6);

  private static final Map<InjectedFault, Integer> FAULTS =
      Map.of(
          InjectedFault.KILL_IN_CLAIM, 1,
          InjectedFault.STOP_IN_CLAIM, 1,
          InjectedFault.KILL_IN_TASK, 2,
          InjectedFault.STOP_IN_TASK, 3,
          InjectedFault.CUT_OFF, 2,
          InjectedFault.CLOCK_JUMP, 3,
          InjectedFault.STOP_IN_RENEWAL, 1,
          InjectedFault.KILL_IN_SAVE, 1,
          InjectedFault.STOP_BEFORE_SAVE, 2,
          InjectedFault.STOP_AFTER_SAVE, 1);

  /** The number of executions in the schedule; each of the 60 stages has at least one. */
  private static final int EXECUTIONS = 36;

  private final ChaosServer server;
  private final long seed;
  private final Path directory;

  ChaosRun(ChaosServer server, long seed, Path directory) {
    this.server = server;
    this.seed = seed;
    this.directory = directory;
  }

  ChaosReport run() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Random random = new Random(seed);
    FaultSchedule schedule = new FaultSchedule(random, EXECUTIONS, FAULTS);
    RandomFaults networkFaults = ChaosNetwork.faults(seed);
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    List<WorkerSlot> slots = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        slots.add(new WorkerSlot(this, i, schedule, networkFaults, random, timer));
      }
      List<String> problems = new ArrayList<>(awaitEnd(slots, random, begin));
      History history = history(slots, problems);
      return new ChaosReport(
          server.name(),
          seed,
          Duration.ofNanos(System.nanoTime() - begin),
          history,
          schedule.injected(),
          networkFaults.counts(),
          HistoryCheck.violations(history));
    } finally {
      timer.shutdownNow();
      for (WorkerSlot slot : slots) {
        slot.close();
      }
    }
  }

  /**
   * Waits until every worker has finished.
   *
   * @return a problem if they have not finished after much more time than they need: they are
   *     killed then, and their records are checked nevertheless
   */
  private List<String> awaitEnd(List<WorkerSlot> slots, Random random, long begin)
      throws IOException, InterruptedException {
    while (!slots.stream().allMatch(WorkerSlot::hasEnded)) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        slots.forEach(WorkerSlot::kill);
        return List.of("the workers have not finished after " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(200);
      for (WorkerSlot slot : slots) {
        slot.replaceKilled();
        if (random.nextInt(10) == 0) {
          slot.deliverLate();
        }
      }
    }
    for (WorkerSlot slot : slots) {
      slot.deliverLate();
    }
    return List.of();
  }

  private History history(List<WorkerSlot> slots, List<String> problems) throws IOException {
    List<WorkerEvent> events = new ArrayList<>();
    List<WireRequest> wire = new ArrayList<>();
    Map<String, Long> killed = new HashMap<>();
    for (WorkerSlot slot : slots) {
      slot.collect(events, wire, killed);
    }
    S3CheckpointStore store =
        S3CheckpointStore.builder()
            .client(server.client())
            .bucket(server.bucket())
            .prefix(prefix())
            .build();
    try (CheckpointManager checkpoints = CheckpointManager.builder().store(store).open()) {
      CheckpointList inventory = checkpoints.verify();
      Map<String, RecordSummary> records = new HashMap<>();
      for (Checkpoint checkpoint : inventory.checkpoints()) {
        records.put(checkpoint.stage(), facts(checkpoint));
      }
      inventory.invalid().stream().map(Object::toString).forEach(problems::add);
      return new History(
          LEASE, Set.copyOf(Assignment.stages(STAGES)), killed, events, wire, records, problems);
    }
  }

  private static RecordSummary facts(Checkpoint checkpoint) {
    return new RecordSummary(
        State.COMPLETED,
        checkpoint.writeId().orElse(""),
        "",
        checkpoint.attempt().orElse(0),
        checkpoint.fencingToken());
  }

  private String prefix() {
    return "run-" + seed;
  }

  Assignment assignment(String worker, URI proxy) {
    return new Assignment(
        worker,
        server.location(prefix(), proxy),
        STAGES,
        LEASE,
        seed,
        directory.resolve(worker + ".journal"));
  }

  ChaosServer server() {
    return server;
  }
}
