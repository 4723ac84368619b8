package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * A rollback was refused or stopped. The message says what happened, why, and what to do. The
 * journal has what was undone before.
 */
public final class RollbackException extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  /** What the caller can do. */
  public enum Kind {
    /** A worker or another rollback executes a stage. Wait for it. */
    BUSY,
    /** An interrupted rollback must be resumed first, or a checkpoint changed. Decide again. */
    CONFLICT,
    /** The journal cannot be parsed. Fix it by hand. */
    DAMAGED,
    /**
     * The declaration lacks what was completed by an earlier one: a stage, or the value of a
     * parameter. Declare it again, or decide to leave it.
     */
    INVALID
  }

  private final Kind kind;
  private final Explanation explanation;

  RollbackException(Kind kind, String what, String why, String remedy, @Nullable Throwable cause) {
    this(kind, new Explanation(what, why, remedy), cause);
  }

  private RollbackException(Kind kind, Explanation explanation, @Nullable Throwable cause) {
    super(explanation.message(), cause);
    this.kind = kind;
    this.explanation = explanation;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public Explanation explanation() {
    return explanation;
  }
}
