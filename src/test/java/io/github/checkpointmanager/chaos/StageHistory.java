package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.claim.Leases;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run recorded of one stage.
 *
 * @param takeoverAge the age from which a running claim may be taken over
 * @param killed when workers were killed
 * @param finished when workers ended by themselves
 * @param chain the claim writes that the server carried out, in their order
 * @param record the current checkpoint at the end
 */
record StageHistory(
    String stage,
    Duration takeoverAge,
    Map<String, Long> killed,
    Map<String, Long> finished,
    List<WorkerEvent> events,
    List<WireRequest> wire,
    ClaimChain chain,
    Optional<RecordSummary> record) {
  static StageHistory of(History history, String stage) {
    List<WireRequest> wire = history.wireOf(stage);
    return new StageHistory(
        stage,
        Leases.takeoverAge(history.lease()),
        history.killed(),
        history.events().stream()
            .filter(event -> event.kind() == WorkerEvent.Kind.FINISHED)
            .collect(Collectors.toMap(WorkerEvent::worker, WorkerEvent::at)),
        history.eventsOf(stage),
        wire,
        ClaimChain.of(stage, wire),
        Optional.ofNullable(history.records().get(stage)));
  }

  List<WorkerEvent> events(WorkerEvent.Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).toList();
  }

  List<WireRequest> requests(WireRequest.Kind kind) {
    return wire.stream().filter(request -> request.kind() == kind).toList();
  }

  Violation violation(Violation.Kind kind, String what) {
    return new Violation(kind, stage, what);
  }
}
