package io.github.checkpointmanager;

/**
 * The work of a claimed stage, without a value.
 *
 * @param <E> what it may throw; comes through unchanged
 */
@FunctionalInterface
public interface ClaimedTask<E extends Throwable> {
  void run(StageContext context) throws E;
}
