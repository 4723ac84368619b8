package io.github.checkpointmanager.internal.manager;

import java.util.function.Supplier;

/** What is recorded when a task has ended. Stateless. */
final class AfterTask {
  private AfterTask() {}

  /**
   * An interrupt that came before was meant for the task, whose work is done, and would end the
   * first pause; S3 clients send nothing for an interrupted thread. It is delivered afterwards. One
   * that comes meanwhile ends the attempts.
   */
  static <T> T inSpiteOfAnInterrupt(Supplier<T> work) {
    boolean interrupted = Thread.interrupted();
    try {
      return work.get();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
