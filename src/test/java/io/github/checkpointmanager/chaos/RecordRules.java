package io.github.checkpointmanager.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The rules for one stage's checkpoint, and for what workers report about it. */
final class RecordRules {
  private final StageHistory of;
  private final List<Violation> found = new ArrayList<>();

  RecordRules(StageHistory of) {
    this.of = of;
  }

  List<Violation> violations() {
    checkRecord();
    of.requests(WireRequest.Kind.PUT_CHECKPOINT).forEach(this::checkCompletion);
    of.events().forEach(this::checkReport);
    return found;
  }

  private void checkRecord() {
    if (of.record().isEmpty()) {
      add(Violation.Kind.NO_SINGLE_RECORD, "it has no valid record");
      return;
    }
    List<WireRequest> puts = of.requests(WireRequest.Kind.PUT_CHECKPOINT);
    String writeId = of.record().get().writeId();
    if (puts.stream().noneMatch(put -> put.written().writeId().equals(writeId))) {
      add(Violation.Kind.FOREIGN_RECORD, "no worker sent " + of.record().get());
    }
    List<WireRequest> accepted = puts.stream().filter(WireRequest::isAccepted).toList();
    if (accepted.size() > 1) {
      add(Violation.Kind.SAVED_TWICE, "the server carried out " + accepted);
    }
  }

  private void checkCompletion(WireRequest put) {
    RecordSummary record = put.written();
    boolean claimed =
        of.events(WorkerEvent.Kind.CLAIMED).stream()
            .filter(event -> event.worker().equals(put.worker()) && event.at() < put.arrived())
            .anyMatch(
                event ->
                    event.attempt() == record.attempt()
                        && record.token().equals(OptionalLong.of(event.token())));
    if (!claimed) {
      add(Violation.Kind.UNCLAIMED_COMPLETION, put.worker() + " sent " + record);
    }
    if (!isRenewed(put)) {
      add(Violation.Kind.UNRENEWED_COMPLETION, put.worker() + " sent " + record);
    }
  }

  private boolean isRenewed(WireRequest put) {
    Optional<WorkerEvent> end =
        of.events(WorkerEvent.Kind.TASK_ENDED).stream()
            .filter(event -> event.worker().equals(put.worker()))
            .filter(event -> event.attempt() == put.written().attempt())
            .findFirst();
    return end.isPresent()
        && of.chain().writes().stream()
            .filter(write -> write.worker().equals(put.worker()))
            .filter(write -> write.written().attempt() == put.written().attempt())
            .anyMatch(
                write ->
                    write.arrived() > end.get().at()
                        && write.answered().orElseThrow() < put.arrived());
  }

  private void checkReport(WorkerEvent event) {
    switch (event.kind()) {
      case SAVED, ALREADY_SAVED, SKIPPED -> {
        if (!of.record().map(RecordSummary::writeId).equals(Optional.of(event.detail()))) {
          add(Violation.Kind.WRONGLY_REPORTED, event + ", but current is " + of.record());
        }
      }
      case LOST -> {
        boolean current =
            of.record()
                .filter(record -> record.attempt() == event.attempt())
                .filter(record -> record.token().equals(OptionalLong.of(event.token())))
                .isPresent();
        if (current) {
          add(Violation.Kind.SAVED_THOUGH_LOST, event + ", but its record is current");
        }
      }
      case UNEXPECTED -> add(Violation.Kind.UNEXPECTED, event.toString());
      default -> {}
    }
  }

  private void add(Violation.Kind kind, String what) {
    found.add(of.violation(kind, what));
  }
}
