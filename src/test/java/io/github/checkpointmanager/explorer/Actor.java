package io.github.checkpointmanager.explorer;

import org.jspecify.annotations.Nullable;

/**
 * One worker in a state. Immutable.
 *
 * @param at where its program is
 * @param traced whether anything that this run sent may be in the store, or may still land there
 * @param owner the owner id of its claim; empty before it has one
 * @param withoutClaim whether it had no claim any more when it last decided what to do
 * @param pending a reply that it has not received yet
 * @param lost how long its machine was suspended, in milliseconds
 * @param idleAt the time at which it makes no more decisions; negative when there is none
 */
record Actor(
    LocalState at,
    boolean traced,
    String owner,
    boolean withoutClaim,
    @Nullable PendingReply pending,
    int lost,
    int idleAt) {

  /**
   * A reply that the store has sent and the worker has not received.
   *
   * @param sentAt when the store sent it
   * @param completed whether the stage was completed then
   */
  record PendingReply(Reply reply, int sentAt, boolean completed) {}

  static Actor starting(LocalState at, int lost) {
    return new Actor(at, false, "", false, null, lost, -1);
  }

  Actor at(LocalState next) {
    return new Actor(next, traced, owner, withoutClaim, null, lost, -1);
  }

  Actor owning(String taken) {
    return new Actor(at, traced, taken, withoutClaim, pending, lost, idleAt);
  }

  Actor leavingTraces() {
    return new Actor(at, true, owner, withoutClaim, pending, lost, idleAt);
  }

  Actor deciding(boolean withoutClaim) {
    return new Actor(at, traced, owner, withoutClaim, pending, lost, idleAt);
  }

  Actor awaiting(PendingReply sent) {
    return new Actor(at, traced, owner, withoutClaim, sent, lost, -1);
  }

  Actor losing(int millis) {
    return new Actor(at, traced, owner, withoutClaim, pending, lost + millis, idleAt);
  }

  Actor idle(int now) {
    return new Actor(at, traced, owner, withoutClaim, pending, lost, now);
  }

  /**
   * The time by its clocks. The wall clock went on while the machine was suspended.
   *
   * @param rate thousandths of the true rate
   */
  Clocks clocks(int now, int rate) {
    return new Clocks((long) (now - lost) * rate / 1000, (long) now * rate / 1000);
  }
}
