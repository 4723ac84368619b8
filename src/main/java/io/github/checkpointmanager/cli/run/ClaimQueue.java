package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Claims a stage, or waits for it as long as the request says; reports each holder once. For one
 * wait; not thread-safe.
 */
final class ClaimQueue {
  private final CheckpointManager checkpoints;
  private final RunRequest request;
  private final RunRequest.Claiming claiming;
  private final SignalForwarder signals;
  private final Output output;
  private @Nullable Lookup seen;
  private @Nullable Object reported;
  private @Nullable String stoppedBy;

  ClaimQueue(
      CheckpointManager checkpoints,
      RunRequest request,
      RunRequest.Claiming claiming,
      SignalForwarder signals,
      Output output) {
    this.checkpoints = checkpoints;
    this.request = request;
    this.claiming = claiming;
    this.signals = signals;
    this.output = output;
  }

  /**
   * Reads the checkpoint before each try: a checkpoint that another worker saves while this run
   * waits counts, also when this run was forced to replace the one before.
   *
   * @param first the checkpoint as it was read just now
   * @return busy when the longest wait is over, or when a signal has ended the wait
   */
  ClaimResult await(Lookup first) {
    StageClaimer claimer = checkpoints.claimer(request.stage());
    try {
      return claimer.await(
          claiming.waiting() ? claiming.longestWait() : Optional.of(Duration.ZERO),
          () -> tryOnce(claimer, first),
          this::sleep);
    } catch (InterruptedException e) {
      throw new IllegalStateException("the sleeper is never interrupted", e);
    }
  }

  /** What the last try has found in the checkpoint's place. */
  Lookup lastSeen() {
    return Objects.requireNonNull(seen);
  }

  /** The signal that has ended the wait. */
  Optional<String> stoppedBy() {
    return Optional.ofNullable(stoppedBy);
  }

  private ClaimResult tryOnce(StageClaimer claimer, Lookup first) {
    seen = seen == null ? first : StageLookup.readable(checkpoints, request.stage());
    Optional<Checkpoint> now = seen.valid();
    if (now.isPresent() && !isToBeReplaced(now.get(), first)) {
      return new ClaimResult.Completed(now.get());
    }
    return claimer.tryClaim(now.map(claiming.options()::rerun).orElse(claiming.options()));
  }

  private boolean isToBeReplaced(Checkpoint now, Lookup first) {
    return request.force()
        && first.valid().map(Checkpoint::version).equals(Optional.of(now.version()));
  }

  private boolean sleep(ClaimResult.Busy busy, Duration pause) {
    report(busy);
    stoppedBy = signals.await(pause).orElse(null);
    return stoppedBy == null;
  }

  private void report(ClaimResult.Busy busy) {
    Object holder = busy.by().<Object>map(ClaimQueue::identity).orElse("unreadable");
    if (!holder.equals(reported)) {
      reported = holder;
      output.note("waiting for " + request.stage() + ": " + busy.reason());
    }
  }

  /** What stays the same while one worker holds one claim; it fails at most once. */
  private static List<Object> identity(ClaimInfo holder) {
    return List.of(
        holder.host(), holder.process(), holder.attempt(), holder.startedAt(), holder.failures());
  }
}
