package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.process.ChildEnvironment;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.LeaseMonitor;
import io.github.checkpointmanager.cli.process.LeaseWatchdog;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.pipeline.rollback.Rollback;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The engine of {@code run}: skips a completed stage; otherwise runs CMD and records its success.
 * With a claim, one worker at a time runs the stage; without one, several may, and the first
 * checkpoint counts. For one run.
 */
public final class StageRun {
  private final CheckpointManager checkpoints;
  private final RunRequest request;
  private final Executables executables;
  private final Map<String, String> variables;
  private final Output output;
  private final RunReporter report;

  /**
   * Prepares a run.
   *
   * @param executables finds CMD
   * @param variables CMD's environment in addition to this process's
   */
  public StageRun(
      CheckpointManager checkpoints,
      RunRequest request,
      Executables executables,
      Map<String, String> variables,
      Output output) {
    this.checkpoints = checkpoints;
    this.request = request;
    this.executables = executables;
    this.variables = variables;
    this.output = output;
    this.report = new RunReporter(output, request.stage(), checkpoints.location());
  }

  /**
   * Runs the stage and records it.
   *
   * @throws RuntimeException something failed before CMD was started; no claim is held then
   */
  public RunResult run() {
    Lookup before = StageLookup.readable(checkpoints, request.stage());
    Optional<Checkpoint> completed = before.valid();
    if (completed.isPresent() && !request.force()) {
      return report.skipped(completed.get());
    }
    return request.claiming().isPresent()
        ? claimed(before, request.claiming().get())
        : unclaimed(before);
  }

  /**
   * The result of a run that failed before CMD was started, or could not start it; reports the
   * failure.
   */
  public static RunResult notStarted(Output output, String stage, RuntimeException failure) {
    Problem problem = Problem.of(failure);
    output.failure(problem, failure);
    int status =
        switch (problem.exitCode()) {
          case ExitCodes.RUN_NOT_EXECUTABLE, ExitCodes.RUN_NOT_FOUND -> problem.exitCode();
          case ExitCodes.BUSY -> ExitCodes.RUN_BUSY;
          default -> ExitCodes.FAILED;
        };
    return RunResult.notStarted(stage, problem.withExitCode(status), null);
  }

  private RunResult unclaimed(Lookup before) {
    report.running(request.reason(before), null);
    ChildProcess child = request.child(executables);
    Instant start = checkpoints.clock().instant();
    ChildProcess.Ended ended;
    try (SignalForwarder signals = SignalForwarder.install()) {
      ended =
          child.run(
              new ChildEnvironment(variables, ExecutionCookie.draw()), signals, started -> {});
    }
    if (ended.status() != ExitCodes.DONE) {
      return report.failed(ended.status());
    }
    Optional<String> stopped = stopped(ended);
    return stopped.isPresent()
        ? report.stoppedWithSuccess(stopped.get())
        : save(before.valid(), start);
  }

  /**
   * The signal because of which a success does not count: many programs end with 0 whenever they
   * are told to stop, with half of their work done.
   */
  private Optional<String> stopped(ChildProcess.Ended ended) {
    return request.stopOk() ? Optional.empty() : ended.stoppedBy();
  }

  /** From here on every failure is one of recording. */
  private RunResult save(Optional<Checkpoint> replaced, Instant start) {
    try {
      SaveOptions saving = request.completeSaving().startedAt(start);
      SaveResult saved =
          replaced.isPresent()
              ? checkpoints.replace(replaced.get(), saving)
              : checkpoints.save(request.stage(), saving);
      return report.recorded(saved);
    } catch (CommandException e) {
      return unrecordable(e);
    } catch (CheckpointException e) {
      return e.kind() == CheckpointException.Kind.INVALID ? unrecordable(e) : report.notRecorded(e);
    } catch (RuntimeException e) {
      return report.notRecorded(e);
    }
  }

  /** Each further run would do the work and fail to record it; only a claim could say so. */
  private RunResult unrecordable(RuntimeException e) {
    RunResult result = report.notRecorded(e);
    output.warning("without a claim nothing remembers that; the next run does the work again");
    return result;
  }

  private RunResult claimed(Lookup before, RunRequest.Claiming claiming) {
    // Before the claim keeps others from the stage for a command that cannot be started.
    ChildProcess child = request.child(executables);
    try (SignalForwarder signals = SignalForwarder.install()) {
      ClaimQueue queue = new ClaimQueue(checkpoints, request, claiming, signals, output);
      ClaimResult result = queue.await(before);
      if (result instanceof ClaimResult.Held held) {
        return underClaim(held.claim(), queue.lastSeen(), claiming, child, signals);
      }
      if (result instanceof ClaimResult.Completed done) {
        return report.skipped(done.checkpoint());
      }
      Optional<String> signal = queue.stoppedBy();
      return signal.isPresent()
          ? report.stopped(signal.get())
          : report.busy((ClaimResult.Busy) result, claiming.waiting());
    }
  }

  private RunResult underClaim(
      Claim claim,
      Lookup before,
      RunRequest.Claiming claiming,
      ChildProcess child,
      SignalForwarder signals) {
    ClaimEnding ending = new ClaimEnding(claim, output);
    Optional<String> early = signals.received();
    if (early.isPresent()) {
      ending.release("stopped by " + early.get());
      return report.stopped(early.get());
    }
    if (isRolledBack(ending)) {
      return report.rolledBack();
    }
    report.running(request.reason(before), claim);
    LeaseWatchdog watchdog = new LeaseWatchdog(claim, claiming.options().lease());
    ChildProcess.Ended ended;
    try {
      ended = child.run(withClaim(claim), signals, watchdog::watch);
    } catch (RuntimeException e) {
      ending.release("the command could not be started");
      throw e;
    }
    Optional<LeaseMonitor.Loss> loss = watchdog.end();
    if (loss.isPresent()) {
      return lost(loss.get(), ending, ended.status());
    }
    if (ended.status() != ExitCodes.DONE) {
      return failed(ended, ending);
    }
    Optional<String> stopped = stopped(ended);
    if (stopped.isPresent()) {
      ending.stopped("stopped by " + stopped.get());
      return report.stoppedWithSuccess(stopped.get());
    }
    return complete(claim, ending);
  }

  /**
   * Whether a rollback of the location is not over. It starts its journal and then reads the
   * claims, so a claim that it does not see finds the journal here. 1 GET.
   */
  private boolean isRolledBack(ClaimEnding ending) {
    boolean unfinished;
    try {
      unfinished = Rollback.journal(checkpoints).filter(found -> !found.isFinished()).isPresent();
    } catch (RuntimeException e) {
      ending.release("the journal of rollbacks could not be read");
      throw e;
    }
    if (unfinished) {
      ending.release("a rollback is not over");
    }
    return unfinished;
  }

  private ChildEnvironment withClaim(Claim claim) {
    Map<String, String> all = new HashMap<>(variables);
    all.put(ChildEnvironment.ATTEMPT, Long.toString(claim.attempt()));
    all.put(ChildEnvironment.TOKEN, Long.toString(claim.fencingToken()));
    return new ChildEnvironment(all, new ExecutionCookie(claim.executionId()));
  }

  private RunResult lost(LeaseMonitor.Loss loss, ClaimEnding ending, int status) {
    if (loss == LeaseMonitor.Loss.NOT_RENEWED) {
      ending.abandon("its claim could not be renewed in time");
    }
    return report.claimLost(loss, status);
  }

  /** Nothing of a command that was told to stop is left, so another worker may begin. */
  private RunResult failed(ChildProcess.Ended ended, ClaimEnding ending) {
    Optional<String> signal = ended.stoppedBy();
    if (signal.isPresent()) {
      ending.stopped("stopped by " + signal.get());
    } else {
      ending.fail("the command " + ExitCodes.ending(ended.status()));
    }
    return report.failed(ended.status());
  }

  /** CMD has succeeded. */
  private RunResult complete(Claim claim, ClaimEnding ending) {
    SaveOptions saving;
    try {
      saving = request.completeSaving();
    } catch (PayloadSource.TooLargeException e) {
      ending.failPermanently(e.problem().what() + ": " + e.problem().why());
      return report.notRecorded(e);
    } catch (CommandException e) {
      ending.fail(e.problem().what() + ": " + e.problem().why());
      return report.notRecorded(e);
    }
    try {
      return report.recorded(claim.complete(saving));
    } catch (ClaimLostException e) {
      return report.claimLost(e);
    } catch (CheckpointException e) {
      if (e.kind() != CheckpointException.Kind.INVALID) {
        return unrecorded(ending, e);
      }
      String why = e.what() + ": " + e.why();
      if (e instanceof InvalidInputException refused && refused.isOfRecord()) {
        ending.failPermanently(why); // each further run would do the work and be refused again
      } else {
        ending.fail(why);
      }
      return report.notRecorded(e);
    } catch (RuntimeException e) {
      return unrecorded(ending, e);
    }
  }

  private RunResult unrecorded(ClaimEnding ending, RuntimeException e) {
    ending.abandon("its completion could not be recorded");
    return report.notRecorded(e);
  }

  /**
   * Ends a claim without keeping the command longer than other workers wait for the stage: after
   * the lease has expired, it does not wait for a store that does not answer.
   */
  private record ClaimEnding(Claim claim, Output output) {
    /** After renewals have failed for long. */
    private static final Duration LAST_TRY = Duration.ofSeconds(2);

    /** Records that the attempt has failed. */
    void fail(String reason) {
      end(() -> claim.fail(reason));
    }

    /** Records that no further attempt can succeed. */
    void failPermanently(String reason) {
      end(() -> claim.failPermanently(reason));
    }

    /** Gives the stage to others after CMD has begun; counts where it may begin only once. */
    void stopped(String reason) {
      if (claim.maxAttempts() == 1) {
        fail(reason);
      } else {
        release(reason);
      }
    }

    /** Gives the stage to others; no failure is counted. */
    void release(String reason) {
      end(() -> claim.release(reason));
    }

    /** Gives up a claim that could not be renewed, if the store answers again by chance. */
    void abandon(String reason) {
      Duration left = claim.remaining();
      if (!left.isNegative()) {
        boolean unused =
            within(
                left.compareTo(LAST_TRY) < 0 ? left : LAST_TRY,
                () -> {
                  if (claim.isValid() && claim.maxAttempts() == 1) {
                    claim.fail(reason);
                  } else if (claim.isValid()) {
                    claim.release(reason);
                  }
                });
      }
    }

    private static boolean within(Duration longest, Runnable write) {
      return DaemonThreads.await(DaemonThreads.start("checkpoint-claim-end", write), longest);
    }

    private void end(Runnable write) {
      if (!within(claim.remaining(), write)) {
        output.warning(
            "the claim of '"
                + claim.stage()
                + "' could not be ended, since the store does not answer. It ends with its lease.");
      }
    }
  }
}
