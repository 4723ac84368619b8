package io.github.checkpointmanager.explorer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replays one worker's past to its program: each request gets the answer that it got before. */
final class Script {
  /**
   * One answer of the past.
   *
   * @param request the request that it answers
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
   * @throws Blocked if there is none yet
   * @throws IllegalStateException if the program sends another request than before
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
          "A program must send the same requests when it gets the same answers; it sent "
              + request
              + ", not "
              + step);
    }
    clocks = step.clocks();
    looked = false;
    return step.reply();
  }

  /** The worker's clocks. */
  Clocks clocks() {
    if (clocks == null) {
      throw new IllegalStateException("A program begins with a decision, before it needs clocks");
    }
    looked = true;
    return clocks;
  }

  /** Sets the clocks that objects of an ended program read. */
  void setClocks(Clocks value) {
    clocks = value;
  }

  /** Whether the program has read the clocks since the last answer. */
  boolean looked() {
    return looked;
  }

  /** The request that waits for an answer; null when the program has ended. */
  @Nullable Request open() {
    return open;
  }
}
