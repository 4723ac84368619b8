package io.github.checkpointmanager.chaos;

/** A fault that hits a worker during one execution of a stage. */
enum InjectedFault {
  /** The worker is killed while its claim is on the way; the request still arrives. */
  KILL_IN_CLAIM(Moment.CLAIM),
  /** Stopped beyond a lease while its claim is on the way; the claim arrives before it resumes. */
  STOP_IN_CLAIM(Moment.CLAIM),
  KILL_IN_TASK(Moment.TASK),
  /** Stopped beyond a lease. */
  STOP_IN_TASK(Moment.TASK),
  /** None of its requests arrives, for longer than a lease. */
  CUT_OFF(Moment.TASK),
  /** Its wall clock jumps by hours, as after a suspension; only if it has one of its own. */
  CLOCK_JUMP(Moment.TASK),
  /** Stopped while a renewal is on the way; the renewal arrives after the lease. */
  STOP_IN_RENEWAL(Moment.RENEWAL),
  /** Killed while its checkpoint is on the way; the checkpoint still arrives. */
  KILL_IN_SAVE(Moment.SAVE),
  /** Stopped while its checkpoint is on the way; the checkpoint arrives after the lease. */
  STOP_BEFORE_SAVE(Moment.SAVE),
  /** Stopped just after its checkpoint has arrived; it reads the reply after the lease. */
  STOP_AFTER_SAVE(Moment.SAVE);

  /** When the fault is injected. */
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
