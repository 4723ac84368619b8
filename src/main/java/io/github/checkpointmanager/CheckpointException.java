package io.github.checkpointmanager;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something could not be done. The subclass, or {@link #kind()}, says what the caller does about
 * it; the message says what happened, why, and what to do. It contains no secret and no payload.
 */
public abstract sealed class CheckpointException extends RuntimeException
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

  /** What happened; the first part of the message. */
  public String what() {
    return details.what();
  }

  /** The cause, as far as it is known; the second part of the message. */
  public String why() {
    return details.why();
  }

  /** What to do; the third part of the message. */
  public String remedy() {
    return details.remedy();
  }

  /** What every one of these exceptions says. */
  record Details(
      String location,
      @Nullable String stage,
      @Nullable String requestId,
      String what,
      String why,
      String remedy)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    /** What a server or a file system said may hold anything, and a message is one line. */
    private static final Pattern UNPRINTABLE =
        Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9F}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}]+");

    Details {
      what = printable(what);
      why = printable(why);
      remedy = printable(remedy);
    }

    private static String printable(String text) {
      return UNPRINTABLE.matcher(text).replaceAll(" ");
    }

    String message() {
      String id = requestId == null ? "" : " (request id " + requestId + ")";
      return what + ": " + why + id + ". " + remedy + ".";
    }
  }
}
