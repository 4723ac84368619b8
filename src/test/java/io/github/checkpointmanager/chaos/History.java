package io.github.checkpointmanager.chaos;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that was recorded of one run, by one clock. Immutable.
 *
 * @param lease of every claim
 * @param stages of the run
 * @param killed when workers were killed
 * @param events what the workers wrote down
 * @param wire their requests
 * @param records the current checkpoints at the end
 * @param problems everything else that the location's listing reports at the end
 */
record History(
    Duration lease,
    Set<String> stages,
    Map<String, Long> killed,
    List<WorkerEvent> events,
    List<WireRequest> wire,
    Map<String, RecordSummary> records,
    List<String> problems) {
  History {
    stages = Set.copyOf(stages);
    killed = Map.copyOf(killed);
    events = events.stream().sorted(Comparator.comparingLong(WorkerEvent::at)).toList();
    wire = wire.stream().sorted(Comparator.comparingLong(WireRequest::arrived)).toList();
    records = Map.copyOf(records);
    problems = List.copyOf(problems);
  }

  List<WorkerEvent> eventsOf(String stage) {
    return events.stream().filter(event -> event.stage().equals(stage)).toList();
  }

  /** In the order of arrival. */
  List<WireRequest> wireOf(String stage) {
    return wire.stream().filter(request -> request.stage().equals(stage)).toList();
  }
}
