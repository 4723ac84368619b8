package io.github.checkpointmanager.internal.process;

import java.util.function.Supplier;

/** Keeps the interrupt of a task from what is recorded when the task has ended. Stateless. */
public final class Interrupts {
  private Interrupts() {}

  /**
   * An interrupt that came before was meant for the task, whose work is done, and would end the
   * first pause; S3 clients send nothing for an interrupted thread. It is delivered afterwards. One
   * that comes meanwhile ends the attempts.
   */
  public static <T> T inSpiteOfAnInterrupt(Supplier<T> work) {
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
