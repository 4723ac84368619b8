package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * A rollback was refused, or cannot go on; the message says what is wrong, why, and what to do.
 * What was undone before is in the journal.
 */
public final class RollbackException extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  /** What the caller does about it. */
  public enum Kind {
    /** A worker, or another rollback, is at work. Wait for it. */
    BUSY,
    /** An interrupted rollback comes first, or a checkpoint changed. Look, and decide anew. */
    CONFLICT,
    /** The journal cannot be understood. Mend it by hand. */
    DAMAGED
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
