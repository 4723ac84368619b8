package io.github.checkpointmanager.pipeline.rollback;

import org.jspecify.annotations.Nullable;

/**
 * A rollback was refused, or cannot go on; the message says what is wrong, why, and what to do.
 * What was undone before is in the journal.
 */
public final class RollbackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String why;
  private final String remedy;

  RollbackException(String what, String why, String remedy, @Nullable Throwable cause) {
    super(what + ": " + why + ". " + remedy + ".", cause);
    this.what = what;
    this.why = why;
    this.remedy = remedy;
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
