package io.github.checkpointmanager.explorer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays one worker's history to its program: each request gets the answer that it got before. */
final class Script {
  /**
   * One answer of the past.
   *
   * @param request to what
   * @param clocks the worker's clocks when the answer came, and until its next request
   */
  record Step(Request request, Reply reply, Clocks clocks) {}

  private final List<Step> steps;
  private int next;
  private @Nullable Clocks clocks;
  private boolean looked;
  private @Nullable Request open;

  Script(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * The answer to a request.
   *
   * @throws Blocked there is none yet
   * @throws IllegalStateException the program did not do again what it did before
   */
  Reply answer(Request request) {
    if (next == steps.size()) {
      if (open == null) {
        open = request;
      }
      throw new Blocked();
    }
    Step step = steps.get(next++);
    if (!step.request().equals(request)) {
      throw new IllegalStateException(
          "A program must do the same when it is told the same; it did "
              + request
              + ", not "
              + step);
    }
    clocks = step.clocks();
    looked = false;
    return step.reply();
  }

  /** What the worker's clocks say. */
  Clocks clocks() {
    if (clocks == null) {
      throw new IllegalStateException("A program begins with a decision, before it needs clocks");
    }
    looked = true;
    return clocks;
  }

  /** Lets an object that the program left behind see other clocks. */
  void setClocks(Clocks value) {
    clocks = value;
  }

  /** Whether anybody looked at the clocks since the last answer. */
  boolean looked() {
    return looked;
  }

  /** The request that waits for an answer; null when the program has ended. */
  @Nullable Request open() {
    return open;
  }
}
