package io.github.checkpointmanager;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Another version is current. Read it, and retry if you still need to. If a reply was lost, this
 * write may have been current for a moment before it was replaced.
 */
public final class CheckpointConflictException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Checkpoint current;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public CheckpointConflictException(
      Details details, @Nullable Throwable cause, @Nullable Checkpoint current) {
    super(Kind.CONFLICT, details, cause);
    this.current = current;
  }

  /** The current checkpoint; empty when there is no valid one. */
  public Optional<Checkpoint> current() {
    return Optional.ofNullable(current);
  }
}
