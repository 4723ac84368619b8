package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import java.util.Map;
import java.util.Optional;

/** {@code run --claim}: one worker at a time runs the stage, the others wait or are refused. */
public final class ClaimedRun {
  private final CheckpointManager checkpoints;
  private final RunRequest request;
  private final ClaimSettings settings;
  private final Executables executables;
  private final Map<String, String> variables;
  private final RunReporter report;
  private final Output output;

  public ClaimedRun(
      CheckpointManager checkpoints,
      RunRequest request,
      ClaimSettings settings,
      Executables executables,
      Map<String, String> variables,
      RunReporter report,
      Output output) {
    this.checkpoints = checkpoints;
    this.request = request;
    this.settings = settings;
    this.executables = executables;
    this.variables = variables;
    this.report = report;
    this.output = output;
  }

  /**
   * Runs the stage under a claim and records it.
   *
   * @throws RuntimeException something failed before CMD was started; no claim is held then
   */
  public RunResult run() {
    StageRecords before = StageRecords.read(checkpoints, request.stage());
    if (before.checkpoint().isPresent() && !request.force()) {
      return report.skipped(before.checkpoint().get());
    }
    // Before anybody is kept from the stage by a command that cannot be started.
    ChildProcess child = request.child(executables);
    try (SignalForwarder signals = SignalForwarder.install()) {
      ClaimWaitResult turn =
          new ClaimQueue(checkpoints, request, settings, signals, output).await(before);
      if (turn instanceof ClaimWaitResult.Held held) {
        return execute(held, child, signals);
      }
      if (turn instanceof ClaimWaitResult.Completed completed) {
        return report.skipped(completed.checkpoint());
      }
      return turn instanceof ClaimWaitResult.Busy busy
          ? busy(busy)
          : report.stopped(stopped(((ClaimWaitResult.Stopped) turn).signal()));
    }
  }

  private RunResult execute(
      ClaimWaitResult.Held held, ChildProcess child, SignalForwarder signals) {
    Claim claim = held.claim();
    ClaimEnding ending = new ClaimEnding(claim, output);
    Optional<String> signal = signals.received();
    if (signal.isPresent()) {
      ending.release("stopped by " + signal.get());
      return report.stopped(stopped(signal.get()));
    }
    return new ClaimedCommand(
            claim, settings.lease(), checkpoints.location(), request, signals, report, ending)
        .run(child, variables, request.reason(held.before()))
        .with(RunResult.ClaimFacts.held(claim));
  }

  private RunResult busy(ClaimWaitResult.Busy busy) {
    Problem problem =
        new Problem(
            "busy",
            ExitCodes.RUN_BUSY,
            checkpoints.location(),
            request.stage(),
            null,
            "The stage '" + request.stage() + "' is busy" + (settings.waiting() ? " still" : ""),
            busy.by().reason(),
            settings.waiting()
                ? "Wait longer (--wait-timeout), or run it again later"
                : "Wait for it (--on-busy wait), or run it again later");
    return report
        .busy(problem)
        .with(new RunResult.ClaimFacts(null, null, busy.by().by().orElse(null)));
  }

  private Problem stopped(String signal) {
    return new Problem(
        "interrupted",
        SignalForwarder.status(signal),
        checkpoints.location(),
        request.stage(),
        null,
        "'" + request.stage() + "' was not run",
        "the signal " + signal + " came before the command was started",
        "Run it again; it is not claimed by this run");
  }
}
