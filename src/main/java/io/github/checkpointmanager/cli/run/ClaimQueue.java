package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Claims a stage, or waits for it as long as the settings say; tells who holds it, once for each
 * holder. Not thread-safe.
 */
final class ClaimQueue {
  private final CheckpointManager checkpoints;
  private final RunRequest request;
  private final ClaimSettings settings;
  private final SignalForwarder signals;
  private final Output output;
  private @Nullable Object told;

  ClaimQueue(
      CheckpointManager checkpoints,
      RunRequest request,
      ClaimSettings settings,
      SignalForwarder signals,
      Output output) {
    this.checkpoints = checkpoints;
    this.request = request;
    this.settings = settings;
    this.signals = signals;
    this.output = output;
  }

  /**
   * Before each try the checkpoint is read: one that comes while this run waits stands, also when
   * it was forced to replace the one before.
   *
   * @param first what that reading gave just now
   */
  ClaimWaitResult await(StageRecords first) {
    StageClaimer contender = checkpoints.contend(request.stage());
    long begin = System.nanoTime();
    StageRecords before = first;
    while (true) {
      Optional<Checkpoint> now = before.checkpoint();
      if (now.isPresent() && !isToBeReplaced(now.get(), first)) {
        return new ClaimWaitResult.Completed(now.get());
      }
      ClaimResult result =
          contender.tryClaim(now.map(settings.options()::rerun).orElse(settings.options()));
      if (result instanceof ClaimResult.Held held) {
        return new ClaimWaitResult.Held(held.claim(), before);
      }
      if (result instanceof ClaimResult.Completed completed) {
        return new ClaimWaitResult.Completed(completed.checkpoint());
      }
      ClaimResult.Busy busy = (ClaimResult.Busy) result;
      Duration pause = contender.pause(busy);
      Duration left = left(begin, pause);
      if (!settings.waiting() || left.isZero() || left.isNegative()) {
        return new ClaimWaitResult.Busy(busy);
      }
      tell(busy);
      Optional<String> signal = signals.await(left.compareTo(pause) < 0 ? left : pause);
      if (signal.isPresent()) {
        return new ClaimWaitResult.Stopped(signal.get());
      }
      before = StageRecords.read(checkpoints, request.stage());
    }
  }

  private boolean isToBeReplaced(Checkpoint now, StageRecords first) {
    return request.force()
        && first.checkpoint().map(Checkpoint::version).equals(Optional.of(now.version()));
  }

  private Duration left(long begin, Duration otherwise) {
    return settings
        .longestWait()
        .map(longest -> longest.minusNanos(System.nanoTime() - begin))
        .orElse(otherwise);
  }

  private void tell(ClaimResult.Busy busy) {
    Object holder = busy.by().<Object>map(ClaimQueue::identity).orElse("unreadable");
    if (!holder.equals(told)) {
      told = holder;
      output.note("waiting for " + request.stage() + ": " + busy.reason());
    }
  }

  /** What stays the same while one worker holds one claim; it fails at most once. */
  private static List<Object> identity(ClaimInfo holder) {
    return List.of(
        holder.host(), holder.process(), holder.attempt(), holder.startedAt(), holder.failures());
  }
}
