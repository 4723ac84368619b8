package io.github.checkpointmanager.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.checkpointmanager.Checkpoint;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How {@code run} ended.
 *
 * @param exitCode what the command ends with
 * @param commandStatus what CMD ended with; null when it was not started
 * @param checkpoint the stage's checkpoint, whoever wrote it
 * @param reason why CMD was run or not
 */
record RunResult(
    Outcome outcome,
    int exitCode,
    @Nullable Integer commandStatus,
    @Nullable Checkpoint checkpoint,
    String reason,
    @Nullable Problem problem) {

  /** The ways in which a run ends; in lower case they are part of the JSON. */
  enum Outcome {
    /** The stage was completed already; CMD was not run. */
    SKIPPED,
    /** CMD succeeded and this run's checkpoint is the stage's. */
    SAVED,
    /** CMD succeeded; another worker had completed the stage meanwhile. */
    ALREADY_SAVED,
    /** CMD failed; nothing was saved. */
    FAILED,
    /** CMD succeeded, but that could not be recorded. */
    NOT_RECORDED,
    /** CMD was not started. */
    NOT_STARTED
  }

  static RunResult notStarted(Problem problem, int exitCode) {
    return new RunResult(Outcome.NOT_STARTED, exitCode, null, null, problem.what(), problem);
  }

  ObjectNode json(String stage) {
    ObjectNode node =
        Json.object()
            .put("stage", stage)
            .put("result", outcome.name().toLowerCase(Locale.ROOT))
            .put("ran", commandStatus != null)
            .put("reason", reason)
            .put("exitCode", exitCode)
            .put("commandStatus", commandStatus);
    node.set("checkpoint", Json.orNull(checkpoint));
    if (problem == null) {
      node.putNull("error");
    } else {
      node.setAll(Json.error(problem));
    }
    return node;
  }
}
