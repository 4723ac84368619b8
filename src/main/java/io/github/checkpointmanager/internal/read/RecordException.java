package io.github.checkpointmanager.internal.read;

import java.util.Objects;

/** A record that an operation cannot use and must not replace. */
public final class RecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it. */
  public enum Kind {
    /** This reader cannot read it (newer format, no key). */
    UNREADABLE,
    /** It has the operation's write id and other bytes: two machines drew the same random bits. */
    CLONED,
    /** It belongs to another stage: a copied file, or a file system that ignores case. */
    OTHER_STAGE,
    /** It is damaged, and was asked for by name. */
    DAMAGED,
    /** It is damaged, and what the store delivers changes from read to read. */
    UNSTABLE
  }

  private final Kind kind;
  private final String why;

  public RecordException(Kind kind, String why) {
    super(why);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.why = why;
  }

  public Kind kind() {
    return kind;
  }

  /** What was seen; no full stop at the end. */
  public String why() {
    return why;
  }
}
