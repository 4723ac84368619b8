package io.github.checkpointmanager;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands is neither the checkpoint that was to be replaced nor this write. Read it again and
 * decide anew. Where a reply was lost, this write may have stood for a moment and been replaced.
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

  /** What stands there instead; empty when nothing valid does. */
  public Optional<Checkpoint> current() {
    return Optional.ofNullable(current);
  }
}
