package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.record.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The rules for workers that wait for one stage: after the first poll that sees an expired or ended
 * claim, the waiter tries to take exactly that one, and so takes over or meets a faster waiter, or
 * it finds the stage completed.
 */
final class WaiterRules {
  private final StageHistory of;

  WaiterRules(StageHistory of) {
    this.of = of;
  }

  List<Violation> violations() {
    List<Violation> found = new ArrayList<>();
    List<WireRequest> wire = of.wire();
    for (int i = 0; i < wire.size(); i++) {
      WireRequest poll = wire.get(i);
      if (isPollOfFreeClaim(i) && !isFollowedByTry(i)) {
        found.add(
            of.violation(
                Violation.Kind.NOT_TAKEN,
                poll.worker() + " saw " + of.chain().writeOf(poll.version().orElseThrow())));
      }
    }
    return found;
  }

  /** How many polls there were that saw a free claim. */
  long polls() {
    return java.util.stream.IntStream.range(0, of.wire().size())
        .filter(this::isPollOfFreeClaim)
        .count();
  }

  private boolean isPollOfFreeClaim(int index) {
    WireRequest poll = of.wire().get(index);
    return isWholeReading(poll)
        && isWaiting(poll)
        && !isReadBack(index)
        && poll.version().flatMap(of.chain()::writeOf).filter(w -> isFree(w, poll)).isPresent();
  }

  private static boolean isWholeReading(WireRequest request) {
    return request.kind() == WireRequest.Kind.GET_CLAIM
        && request.delivered()
        && request.status().isPresent()
        && request.status().getAsInt() / 100 == 2;
  }

  private boolean isWaiting(WireRequest poll) {
    Optional<WorkerEvent> last =
        of.events().stream()
            .filter(event -> event.worker().equals(poll.worker()) && event.at() < poll.arrived())
            .reduce((earlier, later) -> later);
    return last.isPresent() && last.get().kind() == WorkerEvent.Kind.ENTERED;
  }

  /**
   * Whether it only asks for the outcome of a takeover that had no clear answer. A read after a
   * create is a poll.
   */
  private boolean isReadBack(int index) {
    String worker = of.wire().get(index).worker();
    for (int i = index - 1; i >= 0; i--) {
      WireRequest before = of.wire().get(i);
      if (before.worker().equals(worker)
          && (before.kind() != WireRequest.Kind.GET_CLAIM || isWholeReading(before))) {
        return before.kind() == WireRequest.Kind.PUT_CLAIM && !before.isCreate();
      }
    }
    return false;
  }

  /** According to this reply, which is all that the waiter knows. */
  private boolean isFree(WireRequest write, WireRequest poll) {
    return write.written().state() != State.RUNNING
        || poll.age().filter(age -> age.compareTo(of.takeoverAge()) > 0).isPresent();
  }

  /**
   * Before it takes over, the waiter reads whether the stage is completed. That it is, or that this
   * cannot be read, ends its call.
   */
  private boolean isFollowedByTry(int index) {
    WireRequest poll = of.wire().get(index);
    List<WireRequest> following =
        of.wire().stream()
            .skip(index + 1L)
            .filter(request -> request.worker().equals(poll.worker()))
            .filter(request -> request.arrived() < endOfCall(poll))
            .toList();
    Optional<WireRequest> next =
        following.stream()
            .filter(request -> request.kind() != WireRequest.Kind.GET_CHECKPOINT)
            .findFirst();
    if (next.isPresent()) {
      boolean rereads = next.get().kind() == WireRequest.Kind.GET_CLAIM;
      boolean tries =
          next.get().kind() == WireRequest.Kind.PUT_CLAIM
              && Optional.of(next.get().expected()).equals(poll.version());
      return rereads || tries;
    }
    boolean sawNoCheckpoint = following.isEmpty() || isAbsent(last(following));
    return !sawNoCheckpoint || of.killed().containsKey(poll.worker());
  }

  /** When the call that sent a request returned, or never, if its worker was killed before. */
  private long endOfCall(WireRequest request) {
    return of.events().stream()
        .filter(event -> event.worker().equals(request.worker()))
        .mapToLong(WorkerEvent::at)
        .filter(at -> at > request.arrived())
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private static WireRequest last(List<WireRequest> requests) {
    return requests.get(requests.size() - 1);
  }

  private static boolean isAbsent(WireRequest reading) {
    return reading.delivered() && reading.status().equals(OptionalInt.of(404));
  }
}
