package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.manager.ManagerSettings;
import io.github.checkpointmanager.internal.manager.StoreCheckpointManager;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one location.
 *
 * <pre>{@code
 * try (var checkpoints = CheckpointManager.open("s3://my-bucket/etl/2026-11-23")) {
 *   checkpoints.stage("data_ingestion", () -> ingest());
 *   Model model = checkpoints.stage("training", JacksonPayload.of(Model.class), () -> train());
 * }
 * }</pre>
 *
 * <p>What is promised: between clears and explicit replacements exactly one checkpoint per stage
 * becomes visible, and every writer learns whose. Any number of processes may use a location at
 * once, without any setup.
 *
 * <p>Thread-safe. Managers are cheap to create. Managers with different locations never see each
 * other's checkpoints.
 *
 * <p>Every method may throw, besides what it says itself: {@link StoreUnavailableException} (try
 * again later), {@link AccessDeniedException}, {@link StoreNotFoundException}, {@link
 * UnsupportedStoreException} (fix the set-up), {@link InvalidInputException} (correct the argument;
 * nothing was written), and {@link CheckpointDamagedException} (a record that this version cannot
 * read). Absent means absent: nothing but the store's own "no such key" reads as not completed.
 *
 * <p>Longer than other types because it is the whole API in one place. The implementation is {@code
 * internal.manager.StoreCheckpointManager}.
 */
public interface CheckpointManager extends AutoCloseable {
  /** The location of {@link #open()}: a directory below the working directory. */
  String DEFAULT_LOCATION = "checkpoints";

  /** Payloads may be this large unless {@link Builder#maxPayloadBytes} says otherwise: 5 MiB. */
  long DEFAULT_MAX_PAYLOAD_BYTES = 5L * 1024 * 1024;

  /** Opens the directory {@value #DEFAULT_LOCATION} below the working directory. No request. */
  static CheckpointManager open() {
    return open(DEFAULT_LOCATION);
  }

  /**
   * Opens a location: a directory, {@code s3://bucket/prefix}, {@code memory:name}; options as
   * query parameters. Makes no request.
   *
   * @throws InvalidInputException the location is refused, or no store on the class path knows its
   *     scheme
   */
  static CheckpointManager open(String location) {
    return builder().location(location).open();
  }

  /** Returns a builder for a manager with other settings than the defaults. */
  static Builder builder() {
    return new Builder();
  }

  /** As {@link #save(String, SaveOptions)}, with nothing but what every checkpoint has. */
  default SaveResult save(String stage) {
    return save(stage, SaveOptions.none());
  }

  /**
   * Records that a stage is done, unless it is recorded already. A completed stage is not changed.
   * A damaged record is replaced. Atomic: of any number of callers exactly one gets {@code SAVED};
   * all others get the checkpoint that was saved.
   *
   * <p>1 PUT; 1 GET more when the stage is completed already: of at most 64 KiB, or of all when a
   * payload is to be saved. Logs {@code Checkpoint saved: …}, or an error and throws.
   *
   * @throws OutcomeUnknownException it is not known whether it was written; the exception sends the
   *     same bytes again
   */
  SaveResult save(String stage, SaveOptions options);

  /**
   * Replaces exactly the checkpoint that was seen; the old one stays in the history where the store
   * keeps one. For jobs that advance an offset. 1 PUT; 1 GET more on a conflict.
   *
   * @param seen from {@link #get}, {@link #read} or an earlier {@link SaveResult}
   * @throws CheckpointConflictException another version is current, which the exception has
   * @throws OutcomeUnknownException it is not known whether it was written; the exception sends the
   *     same bytes again
   */
  SaveResult replace(Checkpoint seen, SaveOptions options);

  /**
   * Whether a stage is completed: its record exists and is valid. A damaged record counts as not
   * completed and is logged. 1 GET of at most 64 KiB.
   */
  default boolean has(String stage) {
    return get(stage).isPresent();
  }

  /** A stage's checkpoint, with its payload described and not read. 1 GET of at most 64 KiB. */
  Optional<Checkpoint> get(String stage);

  /** A stage's checkpoint with its payload, all of it verified. 1 GET. */
  Optional<Checkpoint> read(String stage);

  /**
   * Looks a stage's record up: a valid checkpoint, an invalid record, or nothing. Distinguishes a
   * damaged record from an absent one, where {@link #get} only logs the difference; logs nothing. 1
   * GET of at most 64 KiB.
   */
  Lookup inspect(String stage);

  /**
   * Runs a task, unless its stage is completed; then saves the stage. What the task throws comes
   * through unchanged, and nothing is saved then. 1 GET when skipped, 1 GET and 1 PUT else.
   *
   * @return whether the task ran, and why
   * @throws StageNotSavedException the task has succeeded and its checkpoint was not saved
   */
  <E extends Throwable> StageResult stage(String stage, StageTask<E> task) throws E;

  /**
   * Runs a task, unless its stage is completed; saves its value with the stage, or gives back the
   * value that was saved. If another worker completed the stage meanwhile, that worker's value is
   * returned. What the task throws comes through unchanged, and nothing is saved then. 1 GET when
   * skipped, 1 GET and 1 PUT else; when another worker won, 1 GET more.
   *
   * @return the value, never null
   * @throws PayloadException the stage is completed and its checkpoint has no value, or none that
   *     the codec can decode; the task was not run
   * @throws StageNotSavedException the task has succeeded and its checkpoint was not saved; the
   *     exception has the value
   */
  <T, E extends Throwable> T stage(String stage, PayloadCodec<T> codec, StageFunction<T, E> task)
      throws E;

  /**
   * As {@link #stage(String, StageTask)}, by one worker at a time: the stage is claimed, the claim
   * renewed in the background, and other workers wait for the result or fail, as the options say.
   * Uncontended 2 GET and 3 PUT, and 1 PUT for each third of the lease; a waiter at most 2 GET a
   * poll.
   *
   * @throws StageBusyException another worker executes it, and the options say not to wait, or no
   *     longer
   * @throws AttemptsExhaustedException it has failed as often as the options allow
   * @throws StageNotSavedException the task has succeeded and its checkpoint was not saved; with a
   *     {@link ClaimLostException} as cause when the claim was lost meanwhile
   */
  <E extends Throwable> StageResult stage(
      String stage, StageOptions options, StageTask.Claimed<E> task) throws E;

  /**
   * As {@link #stage(String, PayloadCodec, StageFunction)}, by one worker at a time, see {@link
   * #stage(String, StageOptions, StageTask.Claimed)}. Waiters return the winner's value.
   */
  <T, E extends Throwable> T stage(
      String stage, StageOptions options, PayloadCodec<T> codec, StageFunction.Claimed<T, E> task)
      throws E;

  /**
   * Claims a stage that no worker executes and that is not completed; does not wait. 1 PUT and 1
   * GET; over an expired or ended claim 1 PUT and 1 GET more; 1 PUT and 2 GET when it is busy.
   *
   * @throws AttemptsExhaustedException it has failed as often as the options allow
   * @throws OutcomeUnknownException it is not known whether the claim was written; if it was, it
   *     ends with its lease
   */
  ClaimResult claim(String stage, ClaimOptions options);

  /** Returns a claimer for a stage that others may hold: it tries again and waits. No request. */
  StageClaimer claimer(String stage);

  /**
   * Ends another worker's claim by force; that worker finds out at its next renewal and saves
   * nothing. 1 GET and 1 PUT.
   *
   * @param reason shown to others
   * @return whose claim was ended; empty when the stage is not claimed
   */
  Optional<ClaimInfo> release(String stage, String reason);

  /**
   * Returns the status of each stage that has a checkpoint or a claim. Stages with a checkpoint are
   * presumed completed. LISTs, and 1 GET for each claim without checkpoint.
   */
  List<StageStatus> status();

  /** As {@link #status()}, with every checkpoint read and verified. 1 GET more for each. */
  List<StageStatus> verifiedStatus();

  /** As {@link #status()}, for this location and all below it. LISTs for each level besides. */
  List<LocationStatus> statusBelow();

  /** As {@link #statusBelow()}, with every checkpoint read and verified. 1 GET more for each. */
  List<LocationStatus> verifiedStatusBelow();

  /**
   * The stages that have a checkpoint, sorted. Presumed: it rests on the listing alone, records are
   * not read. max(1, ⌈k/1000⌉) LIST for k keys of the location.
   */
  Set<String> completed();

  /**
   * All checkpoints, each head read and validated, in parallel; payloads are described and not
   * kept. LISTs and 1 GET for each.
   */
  CheckpointList list();

  /**
   * Reads some stages: their checkpoints, each head read and validated, and the claims of stages
   * without one. LISTs of the location, and in parallel 1 GET for each checkpoint of these stages
   * and for each claim without a valid one.
   */
  StageSnapshot survey(Collection<String> stages);

  /**
   * All checkpoints, each read and verified whole, in parallel; payloads are described and not
   * kept. LISTs and 1 GET for each.
   */
  CheckpointList verify();

  /** As {@link #clear(ClearOptions)}, refused while a stage is being worked on. */
  default ClearResult clear() {
    return clear(ClearOptions.standard());
  }

  /**
   * Deletes the location's checkpoints and claims, and nothing else: keys that lie deeper or beside
   * it, or that do not have one of this project's names, are not touched. Not atomic, and no
   * barrier for a save under way: such a save may land after it. A fresh location is the way to be
   * sure. LISTs, 1 GET for each claim without checkpoint or newer than it, and ⌈keys/1000⌉
   * DeleteObjects; claims go in requests of their own. Logs {@code All checkpoints cleared.}
   *
   * <p>Claims are removed first, each only in the version that was found, and only once they are 4
   * s old. A server that does not compare versions (most S3 servers but AWS) costs 1 GET and 1 PUT
   * for each claim: it is released, and no stage for anybody. Where the store's clock is not known,
   * this watches a running claim for its lease and margin.
   *
   * @throws StageBusyException a worker is executing a stage, or has written a claim meanwhile; no
   *     checkpoint was deleted
   * @throws ClearIncompleteException some keys are not known to be gone; all others are
   */
  ClearResult clear(ClearOptions options);

  /** As {@link #clear(Collection, ClearOptions)}, refused while a worker executes one of them. */
  default ClearResult clear(Collection<String> stages) {
    return clear(stages, ClearOptions.standard());
  }

  /**
   * Deletes the checkpoints and claims of some stages; absent ones are no failure. 1 GET for each
   * and ⌈n/1000⌉ DeleteObjects, claims in requests of their own. Not atomic, see {@link
   * #clear(ClearOptions)}.
   *
   * @throws StageBusyException a worker is executing one of the stages, or has written its claim
   *     meanwhile; no checkpoint was deleted
   * @throws ClearIncompleteException some keys are not known to be gone; all others are
   */
  ClearResult clear(Collection<String> stages, ClearOptions options);

  /** Versions of the stages, restore, and purge, which deletes permanently. Makes no request. */
  CheckpointHistory history();

  /** A text that belongs to the whole location. Makes no request. */
  LocationDocument document(LocationDocument.Name name);

  /** The location, without its options. */
  String location();

  /** The clock of the timestamps in records. No decision rests on it. */
  Clock clock();

  /** The store: the one that was handed in, or the one that this manager opened. */
  CheckpointStore store();

  /** Releases what this manager opened itself, never a store that was handed in. Idempotent. */
  @Override
  void close();

  /** Settings of a manager. Not thread-safe. */
  public static final class Builder {
    private @Nullable CheckpointStore store;
    private String location = DEFAULT_LOCATION;
    private @Nullable String user;
    private @Nullable String host;
    private Clock clock = Clock.systemUTC();
    private Timing timing = Timing.system();
    private @Nullable LocalProcesses processes;
    private FailureMode failureMode = FailureMode.STRICT;
    private long maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES;
    private int readParallelism = 16;

    private Builder() {}

    /** Where the checkpoints are; {@value #DEFAULT_LOCATION} without this and a store. */
    public Builder location(String value) {
      location = Objects.requireNonNull(value, "location");
      return this;
    }

    /** A store that the caller opened and will close. Takes precedence over a location. */
    public Builder store(CheckpointStore value) {
      store = Objects.requireNonNull(value, "store");
      return this;
    }

    /** The user name in checkpoints; the operating system's user by default. */
    public Builder user(String value) {
      user = Objects.requireNonNull(value, "user");
      return this;
    }

    /** The host name in checkpoints; this machine's by default. */
    public Builder host(String value) {
      host = Objects.requireNonNull(value, "host");
      return this;
    }

    /** The clock of the timestamps in records. No decision rests on it. */
    public Builder clock(Clock value) {
      clock = Objects.requireNonNull(value, "clock");
      return this;
    }

    /** How this manager waits and measures: the seam of the interleaving explorer. */
    Builder timing(Timing value) {
      timing = Objects.requireNonNull(value, "timing");
      return this;
    }

    /**
     * Lets only leases end claims. Without this, a claim on this machine ends at once where it is
     * proved that its process is dead and that nothing of its execution is at work; processes of
     * the execution are stopped for that.
     */
    public Builder onlyLeases() {
      processes = LocalProcesses.unknown();
      return this;
    }

    /** What is known of other processes: the seam of the interleaving explorer. */
    Builder processes(LocalProcesses value) {
      processes = Objects.requireNonNull(value, "processes");
      return this;
    }

    /** What a save does when the store fails; {@link FailureMode#STRICT} by default. */
    public Builder failureMode(FailureMode value) {
      failureMode = Objects.requireNonNull(value, "failureMode");
      return this;
    }

    /** How large a payload may be, in bytes; 5 MiB by default. */
    public Builder maxPayloadBytes(long value) {
      if (value < 0) {
        throw new IllegalArgumentException("maxPayloadBytes is negative: " + value);
      }
      maxPayloadBytes = value;
      return this;
    }

    /** How many reads {@code list} and {@code verify} make at once, at most; 16 by default. */
    public Builder readParallelism(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("readParallelism is less than 1: " + value);
      }
      readParallelism = value;
      return this;
    }

    /**
     * Opens the location. Makes no request.
     *
     * @throws InvalidInputException the location is refused, or no store on the class path knows
     *     its scheme
     */
    public CheckpointManager open() {
      ManagerSettings settings =
          new ManagerSettings(
              Worker.current(user, host),
              processes == null ? LocalProcesses.ofThisMachine() : processes,
              clock,
              timing,
              failureMode,
              maxPayloadBytes,
              readParallelism);
      return store != null
          ? StoreCheckpointManager.over(store, settings)
          : StoreCheckpointManager.open(location, settings);
    }
  }
}
