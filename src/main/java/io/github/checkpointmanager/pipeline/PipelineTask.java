package io.github.checkpointmanager.pipeline;

/** The work of a declared stage. May be called on any thread, and again after a failure. */
@FunctionalInterface
public interface PipelineTask {
  /**
   * Does the work. When it returns the stage's checkpoint is saved; when it throws, whatever it
   * throws, nothing is saved, the stage counts as failed and what depends on it is not run.
   *
   * @param context what the task can know and say
   */
  void run(TaskContext context) throws Throwable;
}
