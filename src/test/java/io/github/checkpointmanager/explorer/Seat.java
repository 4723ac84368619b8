package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.DrivenManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a program works with, and what it tells of itself. */
final class Seat {
  private final Script script;
  private final CheckpointManager manager;
  private @Nullable Claim claim;
  private boolean running;

  Seat(Script script, Round round, boolean clockTrusted) {
    this.script = script;
    this.manager =
        DrivenManager.open(
            new ScriptedStore(script, clockTrusted),
            new ScriptedTiming(script),
            "worker-" + round.worker());
  }

  CheckpointManager manager() {
    return manager;
  }

  /** Waits until the explorer lets the program go on; it tries every moment. */
  void pause(String where) {
    int first = decide(List.of(where));
    if (first != 0) {
      throw new IllegalStateException("there is one alternative");
    }
  }

  /** A decision that is left open: the explorer tries every alternative, at every moment. */
  int decide(List<String> alternatives) {
    Request request = Request.decide(String.join(" or ", alternatives), alternatives.size());
    return ((Reply.Decided) script.answer(request)).which();
  }

  /** Tells that the program holds a claim. */
  void holds(Claim taken) {
    claim = taken;
  }

  /** Tells that the program executes the stage from now on. */
  void executes() {
    running = true;
  }

  @Nullable Claim claim() {
    return claim;
  }

  boolean isRunning() {
    return running;
  }
}
