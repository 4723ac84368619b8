package io.github.checkpointmanager;

/**
 * The work of a stage, without a value.
 *
 * @param <E> what it may throw; comes through unchanged
 */
@FunctionalInterface
public interface StageTask<E extends Throwable> {
  void run() throws E;

  /** The work of a claimed stage, otherwise as {@link StageTask}. */
  @FunctionalInterface
  interface Claimed<E extends Throwable> {
    void run(StageContext context) throws E;
  }
}
