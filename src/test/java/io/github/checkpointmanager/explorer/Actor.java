package io.github.checkpointmanager.explorer;

import org.jspecify.annotations.Nullable;

/**
 * One worker in one world. Immutable.
 *
 * @param at where its program is
 * @param traced whether anything that this run sent may stand in the store, or land there
 * @param owner of the claim that it holds; empty before
 * @param dispossessed whether its claim had gone when it last decided what to do
 * @param letter a reply on its way
 * @param lost for how long its machine was suspended, in milliseconds
 * @param idleAt the time at which it decides nothing any more; negative when there is none
 */
record Actor(
    LocalState at,
    boolean traced,
    String owner,
    boolean dispossessed,
    @Nullable Letter letter,
    int lost,
    int idleAt) {

  /**
   * A reply that was sent and not received yet.
   *
   * @param sentAt when
   * @param completed whether the stage was completed then
   */
  record Letter(Reply reply, int sentAt, boolean completed) {}

  static Actor starting(LocalState at, int lost) {
    return new Actor(at, false, "", false, null, lost, -1);
  }

  Actor at(LocalState next) {
    return new Actor(next, traced, owner, dispossessed, null, lost, -1);
  }

  Actor owning(String taken) {
    return new Actor(at, traced, taken, dispossessed, letter, lost, idleAt);
  }

  Actor leavingTraces() {
    return new Actor(at, true, owner, dispossessed, letter, lost, idleAt);
  }

  Actor deciding(boolean withoutClaim) {
    return new Actor(at, traced, owner, withoutClaim, letter, lost, idleAt);
  }

  Actor awaiting(Letter sent) {
    return new Actor(at, traced, owner, dispossessed, sent, lost, -1);
  }

  Actor losing(int millis) {
    return new Actor(at, traced, owner, dispossessed, letter, lost + millis, idleAt);
  }

  Actor idle(int now) {
    return new Actor(at, traced, owner, dispossessed, letter, lost, now);
  }

  /**
   * What its clocks say. The wall clock went on while the machine was suspended.
   *
   * @param rate thousandths of the true rate
   */
  Clocks clocks(int now, int rate) {
    return new Clocks((long) (now - lost) * rate / 1000, (long) now * rate / 1000);
  }
}
