package io.github.checkpointmanager.pipeline;

import java.util.Objects;

/**
 * A declared output, compared with what was recorded of it. Immutable.
 *
 * @param path as declared
 * @param state how it compares
 * @param detail in words
 */
public record OutputSeen(String path, State state, String detail) {
  /** How an output compares. */
  public enum State {
    /** As recorded. */
    SAME,
    /** There, but nothing was recorded of it: another tool's checkpoint, or declared since. */
    UNRECORDED,
    CHANGED,
    MISSING,
    /** It cannot be told. */
    UNREADABLE
  }

  public OutputSeen {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(detail, "detail");
  }
}
