package io.github.checkpointmanager;

/**
 * Interrupts a worker whose claim was lost, and not the work that its thread does after the claim.
 * Thread-safe.
 */
final class WorkerInterrupt {
  private final Thread worker;
  private boolean withdrawn; // guarded by this

  WorkerInterrupt(Thread worker) {
    this.worker = worker;
  }

  synchronized void send() {
    if (!withdrawn) {
      worker.interrupt();
    }
  }

  /** Once this has returned, no interrupt comes any more. */
  synchronized void withdraw() {
    withdrawn = true;
  }
}
