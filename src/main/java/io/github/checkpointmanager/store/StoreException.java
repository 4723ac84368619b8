package io.github.checkpointmanager.store;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store could not do what was asked. {@link #kind()} decides what the caller does. The message
 * has three parts: what happened, why, what to do. It contains no secret and no payload.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller does about it. */
  public enum Kind {
    /**
     * The store did not answer, or not with a valid answer; nothing was written. Try again later.
     */
    UNAVAILABLE,
    /** A write or deletion may have happened, may not, and may still. Read back first. */
    OUTCOME_UNKNOWN,
    /** Permission or credentials. Mend them. */
    DENIED,
    /** No such bucket, directory or database. Create it, or correct the location. */
    NOT_FOUND,
    /** The server cannot do what is needed (conditional writes). Use another. */
    UNSUPPORTED,
    /** The name, size or location was refused before or by the store. Correct it. */
    INVALID
  }

  private final Kind kind;
  private final String what;
  private final String why;
  private final String remedy;
  private final @Nullable String requestId;

  /**
   * @param kind what the caller does about it
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
    super(compose(what, why, remedy, requestId), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.what = what;
    this.why = why;
    this.remedy = remedy;
    this.requestId = requestId;
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

  private static String compose(
      String what, String why, String remedy, @Nullable String requestId) {
    String id = requestId == null ? "" : " (request id " + requestId + ")";
    return what + ": " + why + id + ". " + remedy + ".";
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

  /** The store's own id of the request, for a support case. */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }
}
