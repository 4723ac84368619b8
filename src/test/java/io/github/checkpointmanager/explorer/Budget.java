package io.github.checkpointmanager.explorer;

/**
 * How many events of each kind may still happen. Immutable.
 *
 * @param faults lost or late messages, crashes, suspensions
 * @param advances of the time
 * @param damages overwritings of a record by a stranger
 * @param restarts of programs that have ended
 */
record Budget(int faults, int advances, int damages, int restarts) {
  Budget lessFaults() {
    return new Budget(faults - 1, advances, damages, restarts);
  }

  Budget lessAdvances() {
    return new Budget(faults, advances - 1, damages, restarts);
  }

  Budget lessDamages() {
    return new Budget(faults, advances, damages - 1, restarts);
  }

  Budget lessRestarts() {
    return new Budget(faults, advances, damages, restarts - 1);
  }
}
