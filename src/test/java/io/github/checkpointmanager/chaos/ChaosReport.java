package io.github.checkpointmanager.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.record.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The result of one run.
 *
 * @param faults injected into the workers
 * @param networkFaults injected into their requests
 */
record ChaosReport(
    String server,
    long seed,
    Duration took,
    History history,
    Map<InjectedFault, Integer> faults,
    Map<String, Integer> networkFaults,
    List<Violation> violations) {
  /** How often a running claim was taken over. */
  long takeovers() {
    return stages()
        .map(stage -> stage.chain().writes())
        .mapToLong(
            writes ->
                IntStream.range(1, writes.size())
                    .filter(i -> isTakeover(writes.get(i - 1).written(), writes.get(i).written()))
                    .count())
        .sum();
  }

  private static boolean isTakeover(RecordSummary before, RecordSummary after) {
    return before.state() == State.RUNNING && !before.owner().equals(after.owner());
  }

  long pollsOfFreeClaims() {
    return stages().mapToLong(stage -> new WaiterRules(stage).polls()).sum();
  }

  private Stream<StageHistory> stages() {
    return history.stages().stream().map(stage -> StageHistory.of(history, stage));
  }

  private long count(WorkerEvent.Kind kind) {
    return history.events().stream().filter(event -> event.kind() == kind).count();
  }

  long faults(String prefix) {
    return faults.entrySet().stream()
        .filter(entry -> entry.getKey().name().startsWith(prefix))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private long completionsByEarlierAttempts() {
    return stages()
        .filter(
            stage ->
                stage.record().isPresent()
                    && stage.chain().writes().stream()
                        .anyMatch(
                            write -> write.written().attempt() > stage.record().get().attempt()))
        .count();
  }

  /** Writes what helps to find the cause of a violation. */
  void writeTo(Path directory) throws IOException {
    Files.writeString(directory.resolve("report.txt"), toString(), UTF_8);
    Files.write(
        directory.resolve("wire.txt"),
        history.wire().stream().map(Object::toString).toList(),
        UTF_8);
  }

  @Override
  public String toString() {
    return """
    chaos on %s, seed %d: %d stages, %d executions, %d takeovers, %d kills, %d stops, %d cut off, %d clock jumps, \
    %s, violations %d
      faults %s
      requests about stages %d: %s
      reported: saved %d, already saved %d, skipped %d, busy %d, lost %d, unknown %d, failed %d, store failed %d
      %d answers "valid"; %d polls of an expired or ended claim; \
    %d stages completed by an attempt that had a successor; %.1f s%s\
    """
        .formatted(
            server,
            seed,
            history.stages().size(),
            count(WorkerEvent.Kind.CLAIMED),
            takeovers(),
            faults("KILL"),
            faults("STOP"),
            faults("CUT"),
            faults("CLOCK"),
            "lost replies " + networkFaults.getOrDefault("lost replies", 0),
            violations.size(),
            faults,
            history.wire().size(),
            networkFaults,
            count(WorkerEvent.Kind.SAVED),
            count(WorkerEvent.Kind.ALREADY_SAVED),
            count(WorkerEvent.Kind.SKIPPED),
            count(WorkerEvent.Kind.BUSY),
            count(WorkerEvent.Kind.LOST),
            count(WorkerEvent.Kind.UNKNOWN),
            count(WorkerEvent.Kind.TASK_FAILED),
            count(WorkerEvent.Kind.STORE_FAILED),
            count(WorkerEvent.Kind.VALID),
            pollsOfFreeClaims(),
            completionsByEarlierAttempts(),
            took.toMillis() / 1000.0,
            violations.stream().map(v -> "\n  " + v).collect(Collectors.joining()));
  }
}
