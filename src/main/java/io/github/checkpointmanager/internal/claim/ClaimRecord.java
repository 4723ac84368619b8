package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.process.Execution;
import io.github.checkpointmanager.internal.process.ProcessIdentity;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.store.StoredObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a claim's record says. Immutable.
 *
 * @param state {@code RUNNING}, {@code FAILED} or {@code RELEASED}
 * @param stage the stage
 * @param worker who claims it
 * @param owner a random id of this one claiming, kept through its renewals
 * @param attempt from 1, since the last clear
 * @param token the fencing token; empty on a first claim until its first renewal, see {@link
 *     #effectiveToken}
 * @param lease how long the claim holds after its last write
 * @param failures failed attempts and expired leases so far
 * @param started when this attempt began, by the worker's clock
 * @param note progress of a running claim, the failure of a failed one, the reason of a released
 *     one
 * @param execution which processes work under a running claim; empty in claims that do not say so
 * @param maxAttempts the failures after which no worker tries again; 0 for no limit
 * @param completion whether the holder has done its work and saves the checkpoint
 */
public record ClaimRecord(
    State state,
    String stage,
    Worker worker,
    String owner,
    long attempt,
    OptionalLong token,
    Duration lease,
    long failures,
    Instant started,
    Optional<String> note,
    Optional<Execution> execution,
    long maxAttempts,
    Completion completion) {

  /** Whether a checkpoint follows, as the renewal before its save says it. */
  enum Completion {
    NONE(""),
    /** The stage's first, so that any checkpoint beside the claim means that the work is over. */
    FIRST("true"),
    /** Of a stage that is run again: the checkpoint beside the claim may be the one before. */
    AGAIN("again");

    private final String header;

    Completion(String header) {
      this.header = header;
    }

    private static Completion of(StageRecord record) {
      String text = record.header(Header.COMPLETING).orElse("");
      return Arrays.stream(values()).filter(c -> c.header.equals(text)).findFirst().orElse(NONE);
    }
  }

  /**
   * By how much the holder of a claim without written token may be ahead of the claim's time: it
   * takes its token from the store's clock at the reply, which is at most one second after the
   * write (or else it renews at once) and counts whole seconds.
   */
  public static final Duration UNWRITTEN_TOKEN_LEAD = Duration.ofSeconds(2);

  /**
   * Of a note. A failure's message may be of any length, and a head that is too long could not be
   * written: the failure would be lost, or the claim with it.
   */
  static final int MAX_NOTE_LENGTH = 2_000;

  /** No count and no time in milliseconds comes near; one more can always be added to it. */
  private static final long LARGEST_NUMBER = Long.MAX_VALUE / 2;

  /** Reads a claim; empty when the record is valid but no claim. */
  public static Optional<ClaimRecord> of(StoredRecord stored) {
    StageRecord record = stored.record();
    try {
      if (record.state() == State.COMPLETED) {
        return Optional.empty();
      }
      Duration lease = Duration.parse(record.header(Header.LEASE).orElseThrow());
      if (lease.isNegative()) {
        return Optional.empty();
      }
      return Optional.of(
          new ClaimRecord(
              record.state(),
              record.header(Header.STAGE).orElseThrow(),
              new Worker(
                  record.header(Header.USER).orElse(Worker.UNKNOWN),
                  record.header(Header.HOST).orElse(Worker.UNKNOWN),
                  record.header(Header.PROCESS).orElse(Worker.UNKNOWN)),
              record.header(Header.OWNER).orElseThrow(),
              number(record.header(Header.ATTEMPT).orElseThrow()),
              record.header(Header.TOKEN).stream().mapToLong(ClaimRecord::number).findFirst(),
              lease.compareTo(Leases.LONGEST) < 0 ? lease : Leases.LONGEST,
              number(record.header(Header.FAILURES).orElse("0")),
              record.instant(Header.STARTED).orElse(stored.lastModified()),
              record.header(Header.PROGRESS),
              ExecutionHeaders.read(record),
              number(record.header(Header.MAX_ATTEMPTS).orElse("0")),
              Completion.of(record)));
    } catch (NoSuchElementException | NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static long number(String text) {
    long value = Long.parseLong(text);
    if (value < 0 || value > LARGEST_NUMBER) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  /**
   * The substitute for a claim that cannot be read: only its time of writing is known, and no
   * holder of it gave out a greater token than this one.
   */
  static ClaimRecord unreadable(String stage, StoredObject object) {
    Instant known = object.lastModified().plus(UNWRITTEN_TOKEN_LEAD);
    Instant now = object.storeTime().orElse(known);
    return new ClaimRecord(
        State.RUNNING,
        stage,
        Worker.ANONYMOUS,
        WriteId.draw(),
        0,
        OptionalLong.of((now.isAfter(known) ? now : known).toEpochMilli()),
        Duration.ZERO,
        0,
        object.lastModified(),
        Optional.empty(),
        Optional.empty(),
        0,
        Completion.NONE);
  }

  /** What a clear leaves of a claim, also of one that cannot be read or is of another stage. */
  static ClaimRecord cleared(String stage, Reading seen, StoredObject object) {
    ClaimRecord last =
        ObservedClaim.of(stage, seen)
            .flatMap(ObservedClaim::claim)
            .orElseGet(() -> unreadable(stage, object));
    return new ClaimRecord(
        State.RELEASED,
        stage,
        last.worker(),
        last.owner(),
        0,
        OptionalLong.of(effectiveToken(last, object)),
        last.lease(),
        0,
        last.started(),
        Optional.of("cleared"),
        Optional.empty(),
        0,
        Completion.NONE);
  }

  /** Whether this is what a clear has left: it keeps the token, and says nothing of a stage. */
  public boolean isCleared() {
    return state == State.RELEASED && attempt == 0;
  }

  /** A number that no holder of this claim ever gave out more than. */
  static long effectiveToken(ClaimRecord claim, StoredObject stored) {
    return claim.token().orElse(stored.lastModified().plus(UNWRITTEN_TOKEN_LEAD).toEpochMilli());
  }

  /** A write of this claim, with a write id of its own, which serves as nonce. */
  RecordWrite write(Instant timestamp) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.WRITE_ID, WriteId.draw());
    headers.put(Header.TIMESTAMP, timestamp.toString());
    headers.put(Header.STAGE, stage);
    headers.put(Header.USER, worker.user());
    headers.put(Header.HOST, worker.host());
    headers.put(Header.PROCESS, worker.process());
    execution.ifPresent(e -> ExecutionHeaders.write(e, headers));
    headers.put(Header.OWNER, owner);
    headers.put(Header.ATTEMPT, Long.toString(attempt));
    token.ifPresent(value -> headers.put(Header.TOKEN, Long.toString(value)));
    headers.put(Header.LEASE, lease.toString());
    headers.put(Header.FAILURES, Long.toString(failures));
    if (maxAttempts > 0) {
      headers.put(Header.MAX_ATTEMPTS, Long.toString(maxAttempts));
    }
    headers.put(Header.STARTED, started.toString());
    if (isSaving()) {
      headers.put(Header.COMPLETING, completion.header);
    }
    note.ifPresent(text -> headers.put(Header.PROGRESS, clipped(text)));
    return RecordWrite.of(
        StageName.claimKey(stage), new StageRecord(state, headers, Optional.empty()));
  }

  private static String clipped(String text) {
    return text.length() <= MAX_NOTE_LENGTH ? text : text.substring(0, MAX_NOTE_LENGTH) + "…";
  }

  ClaimRecord withToken(long value) {
    return with(
        state, OptionalLong.of(value), lease, failures, note, execution, maxAttempts, completion);
  }

  ClaimRecord withLease(Duration value) {
    return with(state, token, value, failures, note, execution, maxAttempts, completion);
  }

  ClaimRecord withNote(Optional<String> text) {
    return with(state, token, lease, failures, text, execution, maxAttempts, completion);
  }

  /** Whether the work is done, and its checkpoint saved next. */
  public boolean isSaving() {
    return completion != Completion.NONE;
  }

  /** As {@link #isSaving}, the stage's first checkpoint. */
  public boolean completing() {
    return completion == Completion.FIRST;
  }

  /** The work is done; the checkpoint is saved next. */
  ClaimRecord asCompleting(Completion how) {
    return with(state, token, lease, failures, note, execution, maxAttempts, how);
  }

  /** The same claim, with its process as it is now. */
  ClaimRecord heldBy(Optional<ProcessIdentity> process) {
    Optional<Execution> now = execution.map(e -> new Execution(e.cookie(), process));
    return with(state, token, lease, failures, note, now, maxAttempts, completion);
  }

  ClaimRecord ended(State how, long failuresNow, Optional<String> text) {
    return with(
        how, token, lease, failuresNow, text, Optional.empty(), maxAttempts, Completion.NONE);
  }

  /** No worker tries the stage again. */
  ClaimRecord limitedToItsFailures() {
    return with(state, token, lease, failures, note, execution, failures, completion);
  }

  /** What changes while a claim is held, or ends. */
  private ClaimRecord with(
      State how,
      OptionalLong tokenNow,
      Duration leaseNow,
      long failuresNow,
      Optional<String> text,
      Optional<Execution> executionNow,
      long maxAttemptsNow,
      Completion completionNow) {
    return new ClaimRecord(
        how,
        stage,
        worker,
        owner,
        attempt,
        tokenNow,
        leaseNow,
        failuresNow,
        started,
        text,
        executionNow,
        maxAttemptsNow,
        completionNow);
  }
}
