package io.github.checkpointmanager;

/**
 * The work of a claimed stage, with a value that is stored with its checkpoint.
 *
 * @param <T> the value; never null
 * @param <E> what it may throw; comes through unchanged
 */
@FunctionalInterface
public interface ClaimedFunction<T, E extends Throwable> {
  T call(StageContext context) throws E;
}
