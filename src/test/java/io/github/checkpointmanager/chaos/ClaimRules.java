package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.record.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The rules for the claims of one stage. */
final class ClaimRules {
  private final StageHistory of;
  private final List<Violation> found = new ArrayList<>();

  ClaimRules(StageHistory of) {
    this.of = of;
  }

  List<Violation> violations() {
    List<WireRequest> writes = of.chain().writes();
    for (int i = 0; i < writes.size(); i++) {
      checkSuccession(i == 0 ? OptionalLong.empty() : attempt(writes.get(i - 1)), writes, i);
    }
    checkTokens();
    checkOneValid();
    return found;
  }

  private static OptionalLong attempt(WireRequest write) {
    return OptionalLong.of(write.written().attempt());
  }

  private void checkSuccession(OptionalLong before, List<WireRequest> writes, int index) {
    WireRequest write = writes.get(index);
    boolean renewal =
        index > 0 && writes.get(index - 1).written().owner().equals(write.written().owner());
    boolean again = index > 0 && !renewal && isTakenAgain(writes.get(index - 1), write);
    long expected = renewal || again ? before.orElseThrow() : before.orElse(0) + 1;
    if (write.written().attempt() != expected) {
      add(
          Violation.Kind.ATTEMPT_OUT_OF_ORDER,
          write.worker() + " wrote " + write.written() + " instead of attempt " + expected);
    }
    if (index > 0 && !renewal && !again) {
      checkTakeover(writes.get(index - 1), write);
    }
  }

  /**
   * Whether a worker takes its own claim again, as the same attempt: its lease, which counts from
   * the first try to write it, had passed when it was written. No task has begun under it.
   */
  private boolean isTakenAgain(WireRequest before, WireRequest after) {
    return before.worker().equals(after.worker())
        && before.written().attempt() == after.written().attempt()
        && of.events(WorkerEvent.Kind.CLAIMED).stream()
            .filter(claimed -> claimed.worker().equals(before.worker()))
            .noneMatch(
                claimed -> before.arrived() < claimed.at() && claimed.at() < after.arrived());
  }

  /**
   * Checks the longest time that can have been between the two writes on the server. All workers
   * are of one machine, so one that was killed or has ended before the takeover was asked for may
   * be taken over at once.
   */
  private void checkTakeover(WireRequest before, WireRequest after) {
    Duration quiet = Duration.ofNanos(after.answered().orElseThrow() - before.sent().orElseThrow());
    if (before.written().state() == State.RUNNING
        && !hasHappened(of.killed().get(before.worker()), after.arrived())
        && !hasHappened(of.finished().get(before.worker()), after.arrived())
        && quiet.compareTo(of.takeoverAge()) < 0) {
      add(
          Violation.Kind.TAKEN_TOO_EARLY,
          after.worker() + " took the claim of " + before.worker() + " after " + quiet);
    }
  }

  private static boolean hasHappened(@Nullable Long event, long before) {
    return event != null && event < before;
  }

  private void checkTokens() {
    long last = 0;
    long lastAttempt = 0;
    for (WorkerEvent claimed :
        of.events(WorkerEvent.Kind.CLAIMED).stream()
            .sorted(java.util.Comparator.comparingLong(WorkerEvent::attempt))
            .toList()) {
      if (claimed.attempt() == lastAttempt || claimed.token() <= last) {
        add(
            Violation.Kind.TOKEN_NOT_GREATER,
            "after attempt " + lastAttempt + " with token " + last + " came " + claimed);
      }
      last = claimed.token();
      lastAttempt = claimed.attempt();
    }
  }

  private void checkOneValid() {
    for (WorkerEvent valid : of.events(WorkerEvent.Kind.VALID)) {
      OptionalLong next = beginOfLaterThan(valid.attempt());
      if (next.isPresent() && valid.at() > next.getAsLong()) {
        add(
            Violation.Kind.TWO_VALID,
            valid.worker()
                + " held attempt "
                + valid.attempt()
                + " for valid "
                + Duration.ofNanos(valid.at() - next.getAsLong())
                + " after a later one had begun");
        return; // one is enough
      }
    }
  }

  /** The first instant at which a later attempt certainly held the claim. */
  private OptionalLong beginOfLaterThan(long attempt) {
    LongStream written =
        of.chain().writes().stream()
            .filter(write -> write.written().attempt() > attempt)
            .mapToLong(write -> write.answered().orElseThrow());
    LongStream reported =
        of.events(WorkerEvent.Kind.CLAIMED).stream()
            .filter(claimed -> claimed.attempt() > attempt)
            .mapToLong(WorkerEvent::at);
    return LongStream.concat(written, reported).min();
  }

  private void add(Violation.Kind kind, String what) {
    found.add(of.violation(kind, what));
  }
}
