package io.github.checkpointmanager.store;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store could not carry out an operation. {@link #kind()} decides what the caller does. The
 * message has three parts: what happened, why, what to do. It contains no secret and no payload.
 */
public final class StoreException extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  /** What the caller can do. */
  public enum Kind {
    /** The store gave no answer, or no valid one; nothing was written. Try again later. */
    UNAVAILABLE,
    /** The write or deletion may have happened, or may still happen. Read back first. */
    OUTCOME_UNKNOWN,
    /** Permission or credentials are missing or were refused. Fix them. */
    DENIED,
    /** The bucket, directory or database does not exist. Create it, or correct the location. */
    NOT_FOUND,
    /** The server lacks a feature that is needed (conditional writes). Use another server. */
    UNSUPPORTED,
    /** The name, size or location was refused before or by the store. Correct it. */
    INVALID,
    /**
     * A key has another version than the one that was seen; nothing of it was deleted. Only in a
     * {@link DeletionReport}, never thrown by a store.
     */
    CONFLICT
  }

  private final Kind kind;
  private final Explanation explanation;
  private final @Nullable String requestId;

  /**
   * @param kind what the caller can do
   * @param what what happened, naming location and key; no full stop at the end
   * @param why the cause as far as it is known; no full stop at the end
   * @param remedy what to do; no full stop at the end
   * @param requestId the store's own id of the request, where it has one
   * @param cause the underlying failure
   */
  public StoreException(
      Kind kind,
      String what,
      String why,
      String remedy,
      @Nullable String requestId,
      @Nullable Throwable cause) {
    this(kind, new Explanation(what, why, remedy), requestId, cause);
  }

  /** As the long form, without a request id. */
  public StoreException(
      Kind kind, String what, String why, String remedy, @Nullable Throwable cause) {
    this(kind, what, why, remedy, null, cause);
  }

  /** As the long form, without request id and cause. */
  public StoreException(Kind kind, String what, String why, String remedy) {
    this(kind, what, why, remedy, null, null);
  }

  private StoreException(
      Kind kind, Explanation explanation, @Nullable String requestId, @Nullable Throwable cause) {
    super(explanation.message(requestId), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.explanation = explanation;
    this.requestId = requestId;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public Explanation explanation() {
    return explanation;
  }

  /** The store's own id of the request, for a support case. */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }
}
