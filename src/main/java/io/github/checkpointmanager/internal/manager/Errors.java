package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.AccessDeniedException;
import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointDamagedException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ClearIncompleteException;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.PayloadException;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageBusyException;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.StoreNotFoundException;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.UnsupportedStoreException;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Explanation;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes every public exception of one location: a store's failure becomes the user's here. */
final class Errors {
  private static final int SHOWN_VERSIONS = 5;

  private final String location;

  Errors(CheckpointStore store) {
    this.location = StoreLocation.parse(store.location()).withoutOptions();
  }

  String location() {
    return location;
  }

  /** Does what {@code doing} names; a failure of store or record becomes the public exception. */
  <T> T during(@Nullable String stage, String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw of(e, stage, doing, null);
    } catch (RecordException e) {
      throw of(e, stage, doing);
    }
  }

  /** A location that cannot be opened; its options, perhaps secrets, are not shown. */
  static InvalidInputException refusedLocation(String location, StoreException e) {
    String base = location.split("\\?", 2)[0];
    String shown = base.isBlank() ? base : StoreLocation.parse(base).withoutOptions();
    return new InvalidInputException(
        new CheckpointException.Details(shown, null, null, e.explanation()), e);
  }

  /** The public form of a store's failure, with what sends the same bytes again, if they can be. */
  CheckpointException of(
      StoreException e,
      @Nullable String stage,
      String doing,
      @Nullable Supplier<SaveResult> again) {
    boolean unknown = e.kind() == StoreException.Kind.OUTCOME_UNKNOWN;
    var explanation =
        new Explanation(
            unknown ? unknown(doing, stage) : failed(doing, stage),
            e.what() + ": " + e.why(),
            e.remedy());
    var details =
        new CheckpointException.Details(location, stage, e.requestId().orElse(null), explanation);
    return switch (e.kind()) {
      case UNAVAILABLE -> new StoreUnavailableException(details, e);
      case OUTCOME_UNKNOWN -> new OutcomeUnknownException(details, e, again);
      case DENIED -> new AccessDeniedException(details, e);
      case NOT_FOUND -> new StoreNotFoundException(details, e);
      case UNSUPPORTED -> new UnsupportedStoreException(details, e);
      case INVALID -> new InvalidInputException(details, e);
      case CONFLICT -> new CheckpointConflictException(details, e, null);
    };
  }

  /** The public form of a record that cannot be used. */
  CheckpointException of(RecordException e, @Nullable String stage, String doing) {
    String remedy =
        switch (e.kind()) {
          case UNREADABLE -> "Use a version and a key that can read it; it was not changed";
          case CLONED ->
              "Make sure that processes restored from one image draw new random bits, and save"
                  + " again";
          case OTHER_STAGE ->
              "Use another name, or move the record to the place of its stage; it was not"
                  + " changed";
          case DAMAGED -> "Choose another version; the stage's history lists them";
          case UNSTABLE -> "Check the store; the record was not changed";
        };
    return new CheckpointDamagedException(details(stage, failed(doing, stage), e.why(), remedy), e);
  }

  InvalidInputException invalid(@Nullable String stage, String what, String why, String remedy) {
    return new InvalidInputException(details(stage, what, why, remedy), null);
  }

  /** A name or record refused with a message of its own, whose last sentence is the remedy. */
  InvalidInputException refused(String stage, String doing, IllegalArgumentException e) {
    String message = message(e);
    int end = message.lastIndexOf(". ");
    String why = end < 0 ? message : message.substring(0, end);
    String remedy = (end < 0 ? "Correct it" : message.substring(end + 2)) + "; nothing was written";
    return new InvalidInputException(details(stage, failed(doing, stage), why, remedy), e);
  }

  CheckpointConflictException conflict(String stage, @Nullable Checkpoint current) {
    return conflict(
        stage,
        current,
        "The checkpoint of" + named(stage) + " is not the one to be replaced",
        current == null
            ? "it is gone, or no longer valid"
            : "another one is current, completed " + current.completion(),
        "Read the current checkpoint, and retry if you still need to");
  }

  CheckpointConflictException notRestored(String stage, @Nullable Checkpoint winner) {
    return conflict(
        stage,
        winner,
        "The checkpoint of" + named(stage) + " is not the restored one",
        winner == null
            ? "what was to be replaced is gone, or no longer valid"
            : "another checkpoint was saved in the meantime, completed "
                + Wording.completionAndRestore(winner),
        "Look at the history, and retry if you still need to");
  }

  CheckpointConflictException notDeleted(String stage) {
    return conflict(
        stage,
        null,
        "The checkpoint of" + named(stage) + " was not deleted",
        "another one is current than was seen",
        "Find out who else works on the stage, read its checkpoint, and retry if you still need"
            + " to");
  }

  CheckpointConflictException documentConflict(String key) {
    return conflict(
        null,
        null,
        key + " of " + location + " was not written",
        "another process has written it in the meantime",
        "Make sure that only one works on it, then try again");
  }

  private CheckpointConflictException conflict(
      @Nullable String stage,
      @Nullable Checkpoint current,
      String what,
      String why,
      String remedy) {
    return new CheckpointConflictException(details(stage, what, why, remedy), null, current);
  }

  CheckpointDamagedException damagedDocument(String key, String why) {
    return new CheckpointDamagedException(
        details(
            null,
            key + " of " + location + " cannot be read",
            why,
            "Look at it, and remove it if it has no value; it was not changed"),
        null);
  }

  InvalidInputException noSuchVersion(
      String stage, String doing, String why, List<CheckpointVersion> versions) {
    List<CheckpointVersion> states = versions.stream().filter(v -> !v.deletion()).toList();
    int more = states.size() - SHOWN_VERSIONS;
    String shown =
        states.stream()
            .limit(SHOWN_VERSIONS)
            .map(v -> v.versionId() + " of " + v.storedAt())
            .collect(Collectors.joining(", "));
    return invalid(
        stage,
        failed(doing, stage),
        why,
        states.isEmpty()
            ? "There is nothing to choose from: nothing of this stage is kept"
            : "Choose one of its versions: "
                + shown
                + (more > 0 ? ", and " + more + " older" : ""));
  }

  PayloadException payload(String stage, String why, @Nullable Throwable cause) {
    return new PayloadException(
        details(
            stage,
            "The stage" + named(stage) + " is completed, but its value cannot be given back",
            why,
            "Clear the stage to run it again (clear(List.of(stage))), or correct the codec"),
        cause);
  }

  StageNotSavedException notSaved(String stage, Throwable cause, @Nullable Object result) {
    // Of a foreign exception the class alone, as a codec's message may quote the payload.
    String why =
        cause instanceof CheckpointException
            ? message(cause)
            : "the value could not be encoded or sent (" + cause.getClass().getName() + ")";
    return new StageNotSavedException(
        details(
            stage,
            "The stage" + named(stage) + " has succeeded, but its checkpoint was not saved",
            why,
            "The task's result is in this exception (result()); fix the cause, then save it or run"
                + " the stage again"),
        cause,
        result);
  }

  StageBusyException busy(List<String> stages, String done) {
    return busy(
        stages,
        "Nothing was " + done,
        "a worker is executing "
            + stages.stream().map(LogSafe::quoted).collect(Collectors.joining(", ")),
        "Wait until it is done, or force it; the worker then finds out at its next renewal and"
            + " saves nothing",
        null);
  }

  /**
   * A claim was taken while others were removed.
   *
   * @param forgotten stages without a checkpoint whose failures no longer count
   */
  StageBusyException busyMeanwhile(List<String> stages, List<String> forgotten, String done) {
    String also =
        forgotten.isEmpty()
            ? ""
            : "; by then the failures and limits of "
                + forgotten.stream().map(LogSafe::quoted).collect(Collectors.joining(", "))
                + " were "
                + done;
    return busy(
        stages,
        "No checkpoint was " + done,
        "a worker has written the claim of "
            + stages.stream().map(LogSafe::quoted).collect(Collectors.joining(", "))
            + " in the meantime"
            + also,
        "Wait until it is done, then do it again, or force it; the worker then finds out at its"
            + " next renewal and saves nothing",
        null);
  }

  StageBusyException busy(String stage, ObservedClaim claim) {
    return busy(
        List.of(stage),
        "The checkpoint of" + named(stage) + " was not restored",
        ClaimOperations.info(claim)
            .map(Wording::holding)
            .orElse("its claim cannot be read, and is respected until it is an hour old"),
        "Wait until it is done, or force the restore; the worker then finds the stage completed",
        null);
  }

  StageBusyException busy(String stage, ClaimResult.Busy busy, boolean waited) {
    return busy(
        List.of(stage),
        "The stage" + named(stage) + " is busy" + (waited ? " still" : ""),
        busy.reason(),
        "Wait longer, or try again later; `checkpoint release` ends a claim by force",
        null);
  }

  StageBusyException heldAround(String stage, ClaimInfo holder) {
    return busy(
        List.of(stage),
        "The stage" + named(stage) + " is held by an execution around this one",
        "this process was started, directly or not, by the command of attempt "
            + holder.attempt()
            + " (process "
            + LogSafe.of(holder.process())
            + "), which ends only after this process has ended",
        "Do not run a stage within itself; give the inner stage another name, or a location of its"
            + " own",
        null);
  }

  StageBusyException interrupted(String stage, ClaimResult.Busy busy, InterruptedException e) {
    return busy(
        List.of(stage),
        "Waiting for the stage" + named(stage) + " was interrupted",
        busy.reason(),
        "Try again",
        e);
  }

  private StageBusyException busy(
      List<String> stages, String what, String why, String remedy, @Nullable Throwable cause) {
    String only = stages.size() == 1 ? stages.get(0) : null;
    return new StageBusyException(details(only, what, why, remedy), cause, stages);
  }

  ClaimLostException claimLost(String stage, @Nullable Throwable cause) {
    return new ClaimLostException(
        details(
            stage,
            "The claim of" + named(stage) + " was lost, and nothing was saved",
            cause == null
                ? "its lease ran out unrenewed, or it was taken over, cleared or released by force"
                : "it could not be renewed before its lease ran out: " + message(cause),
            "Stop working on the stage, another worker may have begun; run again to wait for its"
                + " result"),
        cause);
  }

  StoreUnavailableException completionInterrupted(String stage, StoreException e) {
    return new StoreUnavailableException(
        details(
            stage,
            "Completing" + named(stage) + " was given up, and nothing was saved",
            "the thread was interrupted while the claim could not be renewed: " + e.why(),
            "Complete it again while its lease holds"),
        e);
  }

  AttemptsExhaustedException exhausted(String stage, ClaimAttempt.Exhausted exhausted) {
    long failures = exhausted.failures();
    ClaimRecord last = exhausted.last();
    String why =
        String.format(
            Locale.ROOT,
            "it has failed %d %s, the last time in attempt %d on %s%s; its limit is %d",
            failures,
            failures == 1 ? "time" : "times",
            last.attempt(),
            LogSafe.of(last.worker().host()),
            last.note().map(note -> " (" + LogSafe.of(note) + ")").orElse(""),
            exhausted.limit());
    return new AttemptsExhaustedException(
        details(
            stage,
            "The stage" + named(stage) + " is not tried again",
            why,
            "Fix the cause, then clear the stage (clear(List.of(stage))) or override the limit"
                + " (ClaimOptions.overridingMaxAttempts())"),
        null,
        failures);
  }

  ClearIncompleteException incomplete(List<DeletionReport.Failure> failures, String done) {
    return incomplete(failures, done, "all other keys are gone");
  }

  /** Claims go first, so no checkpoint was deleted; some other claims may be gone. */
  ClearIncompleteException claimsLeft(List<DeletionReport.Failure> failures, String done) {
    return incomplete(failures, done, "no checkpoint was " + done);
  }

  private ClearIncompleteException incomplete(
      List<DeletionReport.Failure> failures, String done, String rest) {
    DeletionReport.Failure first = failures.get(0);
    boolean unknown =
        failures.stream().anyMatch(f -> f.kind() == StoreException.Kind.OUTCOME_UNKNOWN);
    String why = first.key() + ": " + first.reason() + (failures.size() == 1 ? "" : ", and others");
    return new ClearIncompleteException(
        details(
            null,
            failures.size()
                + (failures.size() == 1 ? " key of " : " keys of ")
                + location
                + (unknown ? " may not be " : failures.size() == 1 ? " was not " : " were not ")
                + (done.equals("purged") ? "purged completely" : done),
            unknown
                ? why
                    + "; the outcome of some is unknown, their deletion may still land and hit a"
                    + " newer checkpoint"
                : why,
            unknown
                ? "Do it again, or use a fresh location, which is the way to be sure"
                : "Fix the cause and do it again; " + rest),
        null,
        failures.stream().map(DeletionReport.Failure::key).toList());
  }

  private CheckpointException.Details details(
      @Nullable String stage, String what, String why, String remedy) {
    return new CheckpointException.Details(
        location, stage, null, new Explanation(what, why, remedy));
  }

  private static String failed(String doing, @Nullable String stage) {
    return doing + named(stage) + " failed";
  }

  private static String unknown(String doing, @Nullable String stage) {
    String begun = doing.substring(0, 1).toLowerCase(Locale.ROOT) + doing.substring(1);
    return "The outcome of " + begun + named(stage) + " is unknown";
  }

  private static String named(@Nullable String stage) {
    return stage == null ? "" : " " + LogSafe.quoted(stage);
  }

  /** Without the full stop at its end. */
  private static String message(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
