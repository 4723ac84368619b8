package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.LeaseMonitor;
import io.github.checkpointmanager.cli.process.LeaseWatchdog;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Runs CMD under a claim, and ends the claim as CMD ends. For one run. */
final class ClaimedCommand {
  private static final String ATTEMPT = "CHECKPOINT_ATTEMPT";
  private static final String TOKEN = "CHECKPOINT_TOKEN";

  private final Claim claim;
  private final Duration lease;
  private final String location;
  private final RunRequest request;
  private final SignalForwarder signals;
  private final RunReporter report;
  private final ClaimEnding ending;

  ClaimedCommand(
      Claim claim,
      Duration lease,
      String location,
      RunRequest request,
      SignalForwarder signals,
      RunReporter report,
      ClaimEnding ending) {
    this.claim = claim;
    this.lease = lease;
    this.location = location;
    this.request = request;
    this.signals = signals;
    this.report = report;
    this.ending = ending;
  }

  /**
   * @throws CommandException CMD could not be started; the claim is released
   */
  RunResult run(ChildProcess child, Map<String, String> variables, String reason) {
    report.running(reason + " (attempt " + claim.attempt() + ")");
    LeaseWatchdog guard = new LeaseWatchdog(claim, lease);
    int status;
    try {
      status = child.run(withClaim(variables), signals, guard::watch);
    } catch (RuntimeException e) {
      ending.release("the command could not be started");
      throw e;
    }
    Optional<LeaseMonitor.Loss> loss = guard.end();
    if (loss.isPresent()) {
      return lost(loss.get(), status, reason);
    }
    return status == ExitCodes.DONE ? complete(reason) : failed(status, reason);
  }

  private Map<String, String> withClaim(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put(ATTEMPT, Long.toString(claim.attempt()));
    all.put(TOKEN, Long.toString(claim.fencingToken()));
    return all;
  }

  private RunResult lost(LeaseMonitor.Loss loss, int status, String reason) {
    if (loss == LeaseMonitor.Loss.NOT_RENEWED) {
      ending.abandon("its claim could not be renewed in time");
    }
    return report.claimLost(
        claimLost(
            "The claim of '" + request.stage() + "' was lost, and the command was stopped",
            loss == LeaseMonitor.Loss.TAKEN
                ? "it was taken over, cleared or released by force"
                : "it could not be renewed before its lease ran out"),
        status,
        reason);
  }

  private RunResult failed(int status, String reason) {
    Optional<String> signal = signals.receivedBefore(status);
    if (signal.isPresent()) {
      ending.release("stopped by " + signal.get());
    } else {
      ending.fail(RunReporter.ending(status));
    }
    return report.failed(status, reason);
  }

  /** CMD has succeeded. */
  private RunResult complete(String reason) {
    SaveOptions saving;
    try {
      saving = request.completeSaving();
    } catch (CommandException e) {
      ending.fail(e.problem().what());
      return report.notRecorded(e, reason);
    }
    try {
      return report.recorded(claim.complete(saving), reason);
    } catch (ClaimLostException e) {
      return report.claimLost(
          claimLost(
              "The command succeeded, but the claim of '" + request.stage() + "' was lost",
              e.why()),
          ExitCodes.DONE,
          reason);
    } catch (RuntimeException e) {
      ending.abandon("its completion could not be recorded");
      return report.notRecorded(e, reason);
    }
  }

  private Problem claimLost(String what, String why) {
    return new Problem(
        "claim_lost",
        ExitCodes.RUN_CLAIM_LOST,
        location,
        request.stage(),
        null,
        what,
        why,
        "Nothing was saved, and another worker may have begun; run it again to wait for its"
            + " result");
  }
}
