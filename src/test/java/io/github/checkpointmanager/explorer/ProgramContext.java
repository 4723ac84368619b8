package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.time.Timing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the explorer gives to a program, and what the program reports to it. */
final class ProgramContext {
  private final Script script;
  private final CheckpointManager manager;
  private final CheckpointManager releasing;
  private final CheckpointManager proving;
  private final Timing timing;
  private final List<String> notes = new ArrayList<>();
  private Runnable beside = () -> {};
  private @Nullable Claim claim;
  private @Nullable Content seen;
  private boolean running;

  ProgramContext(Script script, WorkerRun run, boolean clockTrusted) {
    this.script = script;
    this.timing = new ScriptedTiming(script);
    this.manager = open(run, clockTrusted, true, LocalProcesses.unknown());
    this.releasing = open(run, clockTrusted, false, LocalProcesses.unknown());
    this.proving = open(run, clockTrusted, true, new ScriptedProcesses(run));
  }

  private CheckpointManager open(
      WorkerRun run, boolean clockTrusted, boolean comparesDeletions, LocalProcesses processes) {
    return DrivenManager.open(
        new ScriptedStore(script, clockTrusted, comparesDeletions, () -> beside.run()),
        timing,
        "worker-" + run.worker(),
        processes);
  }

  /**
   * Does something while another thread of the worker prepares its next write, once: the write is
   * sent afterwards.
   */
  void besideTheNextWrite(Runnable action) {
    beside =
        () -> {
          beside = () -> {};
          action.run();
        };
  }

  /** Ends the threads that watch leases; claims stay as they are. */
  void close() {
    manager.close();
    releasing.close();
    proving.close();
  }

  Timing timing() {
    return timing;
  }

  /**
   * Reports what the program has just done to the world outside the store. A pipeline goes on for a
   * while when it is unwound: what it does then is not done.
   */
  void note(String deed) {
    if (script.open() == null) {
      notes.add(deed);
    }
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  CheckpointManager manager() {
    return manager;
  }

  /** The same on a server that ignores the versions of deletions: clears release claims. */
  CheckpointManager releasingManager() {
    return releasing;
  }

  /** The same on a machine that proves that an earlier run of this worker is dead. */
  CheckpointManager provingManager() {
    return proving;
  }

  /** Waits until the explorer lets the program go on; the explorer tries every moment. */
  void pause(String where) {
    int first = decide(List.of(where));
    if (first != 0) {
      throw new IllegalStateException("there is one alternative");
    }
  }

  /** Makes a decision: the explorer tries every alternative, at every moment. */
  int decide(List<String> alternatives) {
    Request request = Request.decide(String.join(" or ", alternatives), alternatives.size());
    return ((Reply.Decided) script.answer(request)).which();
  }

  /** Reports that the program holds a claim. */
  void holds(Claim taken) {
    claim = taken;
  }

  /** Reports which checkpoint the program has seen, and means to replace. */
  void sees(Checkpoint checkpoint) {
    seen = new Content(checkpoint.version().value());
  }

  @Nullable Content seen() {
    return seen;
  }

  /** Reports that the program executes the stage from now on. */
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
