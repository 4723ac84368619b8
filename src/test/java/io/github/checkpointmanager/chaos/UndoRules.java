package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The rules for a chain of stages that is run and rolled back again and again: no task works while
 * a compensation does; what is completed runs again only after somebody began to undo it; what is
 * undone is compensated again only after it has run again, and nothing is built on it before; at
 * the end the store tells the truth; and tasks and compensations of a stage have one valid holder
 * and growing tokens.
 *
 * <p>A worker works for certain from its first event until the last answer that its claim is valid.
 * What it does after its claim was lost counts for nothing.
 *
 * <p>One thing is excused: a completion that the server carried out after a compensation of a later
 * token had ended (docs/adr/0013 names these windows: it was held back on the network, it was sent
 * again, or its worker froze before it). It brings an undone stage back. {@link #late} counts them.
 *
 * @param chain the stages, in their order
 * @param events of all workers, by time
 * @param wire of all workers
 * @param records the current checkpoints at the end
 */
record UndoRules(
    List<String> chain,
    List<WorkerEvent> events,
    List<WireRequest> wire,
    Map<String, RecordSummary> records) {
  /** The time in which a claim was certainly held, and its holder at work. */
  private record Work(WorkerEvent begin, long validUntil) {
    boolean overlaps(Work other) {
      return begin.at() < other.validUntil && other.begin.at() < validUntil;
    }
  }

  List<Violation> violations() {
    List<Violation> found = new ArrayList<>();
    checkExclusion(found);
    for (String stage : chain) {
      found.addAll(new ChurnRules(stage, asHolders(stage)).violations());
      checkCompletedOnce(stage, found);
      checkCompensatedOnce(stage, found);
      checkTruth(stage, found);
    }
    for (int i = 1; i < chain.size(); i++) {
      checkBuiltOnNothingUndone(chain.get(i), chain.get(i - 1), found);
    }
    events.stream()
        .filter(event -> event.kind() == Kind.UNEXPECTED && !chain.contains(event.stage()))
        .forEach(event -> add(found, Violation.Kind.UNEXPECTED, "-", event.toString()));
    return found;
  }

  private Stream<WorkerEvent> of(String stage, Kind kind) {
    return events.stream().filter(e -> e.kind() == kind && e.stage().equals(stage));
  }

  /** A compensation as what it is for its claim: a task. */
  private List<WorkerEvent> asHolders(String stage) {
    return events.stream()
        .filter(event -> event.stage().equals(stage))
        .map(
            event ->
                switch (event.kind()) {
                  case COMPENSATING -> event.as(Kind.CLAIMED);
                  case COMPENSATED, COMPENSATION_FAILED -> event.as(Kind.TASK_ENDED);
                  default -> event;
                })
        .toList();
  }

  private void checkExclusion(List<Violation> found) {
    List<Work> compensations = works(Kind.COMPENSATING);
    for (Work task : works(Kind.CLAIMED)) {
      compensations.stream()
          .filter(task::overlaps)
          .forEach(
              compensation ->
                  add(
                      found,
                      Violation.Kind.TASK_BESIDE_COMPENSATION,
                      task.begin().stage(),
                      task + " beside " + compensation));
    }
  }

  private List<Work> works(Kind begin) {
    return events.stream()
        .filter(event -> event.kind() == begin)
        .flatMap(event -> validUntil(event).stream().mapToObj(until -> new Work(event, until)))
        .toList();
  }

  /** The last answer "valid" before this work ended; empty if there was none. */
  private OptionalLong validUntil(WorkerEvent begin) {
    List<WorkerEvent> same =
        events.stream()
            .filter(
                e ->
                    e.worker().equals(begin.worker())
                        && e.stage().equals(begin.stage())
                        && e.token() == begin.token()
                        && e.at() >= begin.at())
            .toList();
    long end =
        same.stream()
            .filter(
                e ->
                    e.kind() == Kind.TASK_ENDED
                        || e.kind() == Kind.COMPENSATED
                        || e.kind() == Kind.COMPENSATION_FAILED)
            .mapToLong(WorkerEvent::at)
            .min()
            .orElse(Long.MAX_VALUE);
    return same.stream()
        .filter(e -> e.kind() == Kind.VALID && e.at() < end)
        .mapToLong(WorkerEvent::at)
        .max();
  }

  /** When the run or rollback began that this event is part of. */
  private long asked(WorkerEvent event) {
    return of(event.stage(), Kind.ENTERED)
        .filter(entered -> entered.worker().equals(event.worker()) && entered.at() <= event.at())
        .mapToLong(WorkerEvent::at)
        .max()
        .orElseThrow();
  }

  private void checkCompletedOnce(String stage, List<Violation> found) {
    for (WorkerEvent saved : of(stage, Kind.SAVED).toList()) {
      of(stage, Kind.CLAIMED)
          .filter(again -> asked(again) > saved.at())
          .filter(again -> !mayBeUndone(saved, again))
          .forEach(
              again ->
                  add(
                      found,
                      Violation.Kind.COMPLETED_TWICE,
                      stage,
                      again + " though completed by " + saved));
    }
  }

  private boolean mayBeUndone(WorkerEvent saved, WorkerEvent again) {
    boolean compensating =
        of(saved.stage(), Kind.COMPENSATING)
            .anyMatch(c -> saved.token() < c.token() && c.token() < again.token());
    return compensating
        || of(saved.stage(), Kind.ABANDONING)
            .filter(abandoning -> abandoning.at() < again.at() && !wasInVain(abandoning))
            .anyMatch(abandoning -> abandoning.at() > begin(saved));
  }

  private long begin(WorkerEvent saved) {
    return of(saved.stage(), Kind.CLAIMED)
        .filter(c -> c.worker().equals(saved.worker()) && c.token() == saved.token())
        .mapToLong(WorkerEvent::at)
        .min()
        .orElseThrow();
  }

  /** Whether it is known that the stage was not made pending: the next such event says so. */
  private boolean wasInVain(WorkerEvent abandoning) {
    return events.stream()
        .filter(e -> e.worker().equals(abandoning.worker()) && e.at() > abandoning.at())
        .filter(e -> e.stage().equals(abandoning.stage()))
        .filter(
            e ->
                e.kind() == Kind.ABANDONING
                    || e.kind() == Kind.ABANDONED
                    || e.kind() == Kind.NOT_ABANDONED)
        .findFirst()
        .filter(e -> e.kind() == Kind.NOT_ABANDONED)
        .isPresent();
  }

  /** Since the last rollback that reported the stage as undone, before this one began. */
  private void checkCompensatedOnce(String stage, List<Violation> found) {
    for (WorkerEvent compensating : of(stage, Kind.COMPENSATING).toList()) {
      long undone = undoneBefore(stage, asked(compensating));
      boolean ran =
          of(stage, Kind.TASK_ENDED)
              .filter(UndoRules::hasSucceeded)
              .anyMatch(e -> undone < e.token() && e.token() < compensating.token());
      if (!ran && late(stage).noneMatch(put -> sent(put) < compensating.at())) {
        add(
            found,
            Violation.Kind.COMPENSATED_TWICE,
            stage,
            compensating + ", undone before with token " + undone);
      }
    }
  }

  private static boolean hasSucceeded(WorkerEvent ended) {
    return ended.detail().isEmpty();
  }

  /** A token that every claim had before the last known undoing at most; 0 if there was none. */
  private long undoneBefore(String stage, long time) {
    return of(stage, Kind.UNDONE)
        .filter(undone -> undone.at() < time)
        .flatMapToLong(
            undone ->
                LongStream.concat(
                    LongStream.of(undone.token()),
                    of(stage, Kind.COMPENSATED)
                        .filter(c -> c.at() < asked(undone))
                        .mapToLong(WorkerEvent::token)))
        .max()
        .orElse(0);
  }

  private void checkBuiltOnNothingUndone(String stage, String before, List<Violation> found) {
    for (Work work : works(Kind.CLAIMED)) {
      if (!work.begin().stage().equals(stage)) {
        continue;
      }
      long undone =
          of(before, Kind.COMPENSATED)
              .filter(c -> c.at() < work.validUntil())
              .mapToLong(WorkerEvent::token)
              .max()
              .orElse(0);
      boolean ran =
          of(before, Kind.TASK_ENDED)
              .filter(UndoRules::hasSucceeded)
              .filter(e -> e.at() < work.validUntil())
              .anyMatch(e -> e.token() > undone);
      if (!ran && late(before).noneMatch(put -> sent(put) < work.validUntil())) {
        add(found, Violation.Kind.RAN_ON_UNDONE, stage, work + ", " + before + " undone " + undone);
      }
    }
  }

  /** The last run has completed the pipeline. */
  private void checkTruth(String stage, List<Violation> found) {
    RecordSummary record = records.get(stage);
    if (record == null) {
      add(found, Violation.Kind.UNTRUE, stage, "not completed after the last run");
      return;
    }
    long token = record.token().orElse(0);
    if (of(stage, Kind.TASK_ENDED)
        .filter(UndoRules::hasSucceeded)
        .noneMatch(e -> e.token() == token)) {
      add(found, Violation.Kind.UNTRUE, stage, "no task did what " + record + " says");
    }
    boolean undone = of(stage, Kind.COMPENSATED).anyMatch(c -> c.token() > token);
    if (undone && late(stage).noneMatch(put -> put.written().token().orElse(0) == token)) {
      add(found, Violation.Kind.UNTRUE, stage, record + " is undone");
    }
  }

  private static long sent(WireRequest request) {
    return request.sent().orElseThrow();
  }

  /** How many undone stages late completions brought back. */
  long late() {
    return chain.stream().mapToLong(stage -> late(stage).count()).sum();
  }

  private Stream<WireRequest> late(String stage) {
    return wire.stream()
        .filter(put -> put.kind() == WireRequest.Kind.PUT_CHECKPOINT && put.isAccepted())
        .filter(put -> put.stage().equals(stage))
        .filter(
            put ->
                of(stage, Kind.COMPENSATED)
                    .anyMatch(
                        c ->
                            c.token() > put.written().token().orElse(0)
                                && c.at() < put.answered().orElseThrow()));
  }

  private static void add(List<Violation> found, Violation.Kind kind, String stage, String what) {
    found.add(new Violation(kind, stage, what));
  }
}
