package io.github.checkpointmanager.pipeline.rollback;

import org.jspecify.annotations.Nullable;

/**
 * A rollback was refused, or cannot go on; the message says what is wrong, why, and what to do.
 * What was undone before is in the journal.
 */
public final class RollbackException extends RuntimeException {
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
  private final String what;
  private final String why;
  private final String remedy;

  RollbackException(Kind kind, String what, String why, String remedy, @Nullable Throwable cause) {
    super(what + ": " + why + ". " + remedy + ".", cause);
    this.kind = kind;
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }

  public Kind kind() {
    return kind;
  }

  public String what() {
    return what;
  }

  public String why() {
    return why;
  }

  public String remedy() {
    return remedy;
  }
}
