package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import java.time.Instant;
import java.util.Map;

/** {@code run} without a claim: any number of workers may run the stage, one checkpoint stands. */
public final class PlainRun {
  private final CheckpointManager checkpoints;
  private final RunRequest request;
  private final Executables executables;
  private final Map<String, String> variables;
  private final RunReporter report;

  public PlainRun(
      CheckpointManager checkpoints,
      RunRequest request,
      Executables executables,
      Map<String, String> variables,
      RunReporter report) {
    this.checkpoints = checkpoints;
    this.request = request;
    this.executables = executables;
    this.variables = variables;
    this.report = report;
  }

  /**
   * Runs the stage and records it.
   *
   * @throws RuntimeException something failed before CMD was started
   */
  public RunResult run() {
    StageRecords before = StageRecords.read(checkpoints, request.stage());
    if (before.checkpoint().isPresent() && !request.force()) {
      return report.skipped(before.checkpoint().get());
    }
    String reason = request.reason(before);
    report.running(reason);
    ChildProcess child = request.child(executables);
    Instant start = checkpoints.clock().instant();
    int status;
    try (SignalForwarder signals = SignalForwarder.install()) {
      status = child.run(variables, signals, started -> {});
    }
    return status == ExitCodes.DONE ? record(before, start, reason) : report.failed(status, reason);
  }

  /** From here on every failure is one of recording. */
  private RunResult record(StageRecords before, Instant start, String reason) {
    try {
      SaveOptions saving = request.completeSaving().startedAt(start);
      SaveResult saved =
          before.checkpoint().isPresent()
              ? checkpoints.replace(before.checkpoint().get(), saving)
              : checkpoints.save(request.stage(), saving);
      return report.recorded(saved, reason);
    } catch (RuntimeException e) {
      return report.notRecorded(e, reason);
    }
  }
}
