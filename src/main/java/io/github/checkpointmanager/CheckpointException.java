package io.github.checkpointmanager;

import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation failed. The subclass, or {@link #kind()}, decides what the caller does about it; the
 * message says what happened, why, and what to do. It contains no secret and no payload.
 */
public abstract sealed class CheckpointException extends RuntimeException implements Explained
    permits StoreUnavailableException,
        OutcomeUnknownException,
        AccessDeniedException,
        StoreNotFoundException,
        UnsupportedStoreException,
        InvalidInputException,
        CheckpointConflictException,
        CheckpointDamagedException,
        PayloadException,
        StageNotSavedException,
        StageBusyException,
        ClaimLostException,
        AttemptsExhaustedException,
        ClearIncompleteException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, in one word; stable, part of the command's JSON. */
  public enum Kind {
    /** {@link StoreUnavailableException}. */
    UNAVAILABLE,
    /** {@link OutcomeUnknownException}. */
    OUTCOME_UNKNOWN,
    /** {@link AccessDeniedException}. */
    DENIED,
    /** {@link StoreNotFoundException}. */
    NOT_FOUND,
    /** {@link UnsupportedStoreException}. */
    UNSUPPORTED,
    /** {@link InvalidInputException}. */
    INVALID,
    /** {@link CheckpointConflictException}. */
    CONFLICT,
    /** {@link CheckpointDamagedException}. */
    DAMAGED,
    /** {@link PayloadException}. */
    PAYLOAD,
    /** {@link StageNotSavedException}. */
    NOT_SAVED,
    /** {@link StageBusyException}. */
    BUSY,
    /** {@link ClaimLostException}. */
    CLAIM_LOST,
    /** {@link AttemptsExhaustedException}. */
    ATTEMPTS_EXHAUSTED,
    /** {@link ClearIncompleteException}. */
    INCOMPLETE
  }

  private final Kind kind;
  private final Details details;

  CheckpointException(Kind kind, Details details, @Nullable Throwable cause) {
    super(details.message(), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.details = details;
  }

  public Kind kind() {
    return kind;
  }

  /** The location, without its options. */
  public String location() {
    return details.location();
  }

  /** The stage that it is about. */
  public Optional<String> stage() {
    return Optional.ofNullable(details.stage());
  }

  /** The store's own id of the request, for a support case. */
  public Optional<String> requestId() {
    return Optional.ofNullable(details.requestId());
  }

  @Override
  public Explanation explanation() {
    return details.explanation();
  }

  /**
   * The details of an exception.
   *
   * @param location without its options
   * @param stage the stage that it is about, if it is about one
   * @param requestId the store's own id of the request, if it has one
   * @param explanation what happened, why, and what to do; shown on one line
   */
  public record Details(
      String location, @Nullable String stage, @Nullable String requestId, Explanation explanation)
      implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    public Details {
      explanation = explanation.logSafe();
    }

    String message() {
      return explanation.message(requestId);
    }
  }
}
