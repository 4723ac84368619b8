package io.github.checkpointmanager;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A write was sent and it is not known whether it happened: it may have, or not, and a request
 * under way may still land. {@link #retry()} sends the same bytes again, which is safe however
 * often it is done.
 */
public final class OutcomeUnknownException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Supplier<SaveResult> again;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public OutcomeUnknownException(
      Details details, @Nullable Throwable cause, @Nullable Supplier<SaveResult> again) {
    super(Kind.OUTCOME_UNKNOWN, details, cause);
    this.again = again;
  }

  /**
   * Sends the same bytes again and finds out. Requests as {@link CheckpointManager#save(String)}.
   * Thread-safe.
   *
   * @return the outcome, as if the first call had returned it
   * @throws OutcomeUnknownException it is still unknown
   * @throws IllegalStateException when this exception came over the wire, or was of a deletion: do
   *     the operation again
   */
  public SaveResult retry() {
    if (again == null) {
      throw new IllegalStateException("nothing to send again; do the operation again");
    }
    return again.get();
  }
}
