package io.github.checkpointmanager.pipeline;

/** The work of a declared stage. Called on any thread, and again after a failure. */
@FunctionalInterface
public interface PipelineTask {
  /**
   * Does the work. When it returns, the stage's checkpoint is saved. When it throws anything,
   * nothing is saved, the stage counts as failed, and the stages that depend on it do not run.
   *
   * @param context describes the execution, and takes progress, metadata and payload
   */
  void run(TaskContext context) throws Throwable;
}
