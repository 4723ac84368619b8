package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output.OutputException;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** One run of a pipeline's shell commands, with signals and what is shown of it. For one use. */
public record PipelineRun(Session session, OpenPipeline open, RunFlags flags) {
  private static final Set<Reason.Code> BUSY = Set.of(Reason.Code.HELD_AROUND, Reason.Code.BUSY);

  /** How it ended. */
  public record Ended(RunReport report, int exitCode) {}

  /**
   * Runs to the end, as far as it gets.
   *
   * @throws OutputException every stage is completed, but what the commands wrote could not all be
   *     written to standard output
   * @throws RuntimeException nothing was run
   */
  public Ended run() {
    boolean live = session.showsProgress() && !flags.plain;
    RunConsole console = new RunConsole(session, flags.jobs, live);
    RunReport report;
    Optional<String> signal;
    try (SignalForwarder signals = SignalForwarder.installInterrupting()) {
      StageShell shell = StageShell.of(open, signals, console);
      report = run(open.pipeline(shell::task), console, signals);
      signal = signals.received();
    }
    console.drain();
    int exitCode = exitCode(report, signal);
    Optional<IOException> lost = console.failure();
    if (exitCode == ExitCodes.DONE && lost.isPresent()) {
      throw new OutputException(lost.get());
    }
    return new Ended(report, exitCode);
  }

  private RunReport run(Pipeline pipeline, RunConsole console, SignalForwarder signals) {
    try (ConsoleRunListener narrator = narrator(console)) {
      PipelineRunner.Builder runner =
          open.runner()
              .parallelism(flags.jobs)
              .waitAtMost(flags.longestWait())
              .listener(narrator)
              .recordDeclaration()
              .resumeCommand(stages -> open.resumeCommand(flags, stages));
      Optional<Duration> lease = flags.lease();
      runner = lease.isPresent() ? runner.claiming(lease.get()) : runner.withoutClaims();
      return runner.run(pipeline);
    } catch (RuntimeException e) {
      throw signals.received().map(signal -> stopped(signal, e)).orElse(e);
    }
  }

  private ConsoleRunListener narrator(RunConsole console) {
    return new ConsoleRunListener(console, open.checkpoints().location()).start();
  }

  private RuntimeException stopped(String signal, RuntimeException cause) {
    return new CommandException(
        Problem.of(
            "interrupted",
            SignalForwarder.status(signal),
            "The pipeline was not run",
            "the signal " + signal + " came before its first stage",
            "Run it again"),
        cause);
  }

  /** What a person has to look at first decides: the signal, a failed stage, the store. */
  private static int exitCode(RunReport report, Optional<String> signal) {
    if (report.isComplete()) {
      return ExitCodes.DONE;
    }
    if (signal.isPresent()) {
      return SignalForwarder.status(signal.get());
    }
    if (isBusy(report)) {
      return ExitCodes.RUN_BUSY;
    }
    boolean failed = !report.with(StageOutcome.FAILED).isEmpty();
    boolean store = report.stages().stream().anyMatch(PipelineRun::failedByStore);
    return store && !failed ? ExitCodes.STORE : ExitCodes.STAGE_FAILED;
  }

  /** Nothing failed, and other workers hold what is left. */
  private static boolean isBusy(RunReport report) {
    return report.with(StageOutcome.FAILED).isEmpty()
        && report.stages().stream().map(s -> s.reason().code()).anyMatch(BUSY::contains);
  }

  private static boolean failedByStore(StageReport stage) {
    return stage.reason().code() == Reason.Code.STORE_FAILED
        || (stage.outcome() == StageOutcome.NOT_SAVED
            && stage.reason().code() != Reason.Code.CLAIM_LOST);
  }
}
