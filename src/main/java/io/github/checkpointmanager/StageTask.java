package io.github.checkpointmanager;

/**
 * The work of a stage, without a value.
 *
 * @param <E> what it may throw; comes through unchanged
 */
@FunctionalInterface
public interface StageTask<E extends Throwable> {
  void run() throws E;
}
