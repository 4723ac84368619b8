package io.github.checkpointmanager;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some keys of a clear are not known to be gone; the others are. Clear again. */
public final class ClearIncompleteException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final List<String> keys;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public ClearIncompleteException(Details details, @Nullable Throwable cause, List<String> keys) {
    super(Kind.INCOMPLETE, details, cause);
    this.keys = List.copyOf(keys);
  }

  /** The keys that may still exist. */
  public List<String> keys() {
    return keys;
  }
}
