package io.github.checkpointmanager;

/**
 * The work of a stage, with a value that is stored with its checkpoint.
 *
 * @param <T> the value; never null
 * @param <E> what it may throw; comes through unchanged
 */
@FunctionalInterface
public interface StageFunction<T, E extends Throwable> {
  T call() throws E;

  /** The work of a claimed stage, otherwise as {@link StageFunction}. */
  @FunctionalInterface
  interface Claimed<T, E extends Throwable> {
    T call(StageContext context) throws E;
  }
}
