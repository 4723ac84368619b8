package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules for one stage that is executed again and again and cleared in between: tokens grow,
 * across clears too; one claim is valid at a time; and no clear without force clears a stage that
 * one worker held all the time. Reads only what the workers wrote down.
 *
 * @param events of the stage, by time
 */
record ChurnRules(String stage, List<WorkerEvent> events) {
  List<Violation> violations() {
    List<Violation> found = new ArrayList<>();
    checkTokens(found);
    checkOneValid(found);
    checkClears(found);
    events(Kind.UNEXPECTED).forEach(e -> add(found, Violation.Kind.UNEXPECTED, e.toString()));
    return found;
  }

  /** The answers while a task ran: a completion that has landed ends the claim for all others. */
  private List<WorkerEvent> validDuringTasks() {
    List<WorkerEvent> ends = events(Kind.TASK_ENDED);
    return events(Kind.VALID).stream()
        .filter(
            valid ->
                ends.stream()
                    .noneMatch(
                        end ->
                            end.worker().equals(valid.worker())
                                && end.token() == valid.token()
                                && end.at() < valid.at()))
        .toList();
  }

  private List<WorkerEvent> events(Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).toList();
  }

  /** Who asked after another's task had ended gets a greater token; and no token is given twice. */
  private void checkTokens(List<Violation> found) {
    for (WorkerEvent later : events(Kind.CLAIMED)) {
      long asked = lastBefore(later, Kind.ENTERED).orElseThrow().at();
      for (WorkerEvent earlier : events(Kind.CLAIMED)) {
        boolean before = earlier.at() < asked;
        boolean other = !earlier.equals(later);
        if ((before && earlier.token() >= later.token())
            || (other && earlier.token() == later.token())) {
          add(found, Violation.Kind.TOKEN_NOT_GREATER, later + " came after " + earlier);
        }
      }
    }
  }

  private Optional<WorkerEvent> lastBefore(WorkerEvent event, Kind kind) {
    return events.stream()
        .filter(e -> e.kind() == kind && e.worker().equals(event.worker()) && e.at() <= event.at())
        .reduce((first, second) -> second);
  }

  private void checkOneValid(List<Violation> found) {
    for (WorkerEvent valid : validDuringTasks()) {
      events(Kind.CLAIMED).stream()
          .filter(claimed -> claimed.token() > valid.token() && claimed.at() < valid.at())
          .findFirst()
          .ifPresent(
              claimed -> add(found, Violation.Kind.TWO_VALID, valid + " came after " + claimed));
    }
  }

  private void checkClears(List<Violation> found) {
    List<WorkerEvent> valid = validDuringTasks();
    for (WorkerEvent cleared : events(Kind.CLEARED)) {
      long began = lastBefore(cleared, Kind.CLEARING).orElseThrow().at();
      for (WorkerEvent before : valid) {
        if (before.at() < began
            && valid.stream().anyMatch(v -> v.token() == before.token() && v.at() > cleared.at())) {
          add(found, Violation.Kind.CLEARED_WHILE_HELD, cleared + " beside " + before);
          return; // one is enough
        }
      }
    }
  }

  private void add(List<Violation> found, Violation.Kind kind, String what) {
    found.add(new Violation(kind, stage, what));
  }
}
