package io.github.checkpointmanager.chaos;

/** What may befall a worker in the course of one execution of a stage. */
enum InjectedFault {
  /** Killed while its claim is on the way; the request arrives all the same. */
  KILL_IN_CLAIM(Moment.CLAIM),
  /** Stopped beyond a lease while its claim is on the way, which arrives before it wakes up. */
  STOP_IN_CLAIM(Moment.CLAIM),
  KILL_IN_TASK(Moment.TASK),
  /** Stopped beyond a lease. */
  STOP_IN_TASK(Moment.TASK),
  /** None of its requests arrives, for longer than a lease. */
  CUT_OFF(Moment.TASK),
  /** Its wall clock jumps by hours, as after a suspension; only if it has one of its own. */
  CLOCK_JUMP(Moment.TASK),
  /** Stopped while a renewal is on the way, which arrives when the lease is over. */
  STOP_IN_RENEWAL(Moment.RENEWAL),
  /** Killed while its checkpoint is on the way, which arrives all the same. */
  KILL_IN_SAVE(Moment.SAVE),
  /** Stopped while its checkpoint is on the way, which arrives when the lease is over. */
  STOP_BEFORE_SAVE(Moment.SAVE),
  /** Stopped just after its checkpoint has arrived; it reads the reply when the lease is over. */
  STOP_AFTER_SAVE(Moment.SAVE);

  /** When it happens. */
  enum Moment {
    CLAIM,
    TASK,
    RENEWAL,
    SAVE
  }

  private final Moment moment;

  InjectedFault(Moment moment) {
    this.moment = moment;
  }

  Moment moment() {
    return moment;
  }
}
