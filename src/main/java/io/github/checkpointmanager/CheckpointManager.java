package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.ClaimProtocol;
import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.restore.RestoreProtocol;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
 * once; there is nothing to set up among them.
 *
 * <p>Thread-safe. Managers are cheap where they share a store; many of them never see each other's
 * checkpoints.
 *
 * <p>Every method may throw, besides what it says itself: {@link StoreUnavailableException} (try
 * again later), {@link AccessDeniedException}, {@link StoreNotFoundException}, {@link
 * UnsupportedStoreException} (mend the set-up), {@link InvalidInputException} (correct the
 * argument; nothing was written), and {@link CheckpointDamagedException} (a record that this
 * version cannot read). Absent means absent: nothing but the store's own "no such key" reads as not
 * completed.
 *
 * <p>Longer than other classes because it is the whole API in one place; every method delegates.
 */
public final class CheckpointManager implements AutoCloseable {
  /** The location of {@link #open()}: a directory below the working directory. */
  public static final String DEFAULT_LOCATION = "checkpoints";

  /** Payloads may be this large unless {@link Builder#maxPayloadBytes} says otherwise: 5 MiB. */
  public static final long DEFAULT_MAX_PAYLOAD_BYTES = 5L * 1024 * 1024;

  private static final int DEFAULT_READ_PARALLELISM = 16;

  private final CheckpointStore store;
  private final boolean ownsStore;
  private final Clock clock;
  private final Errors errors;
  private final CheckpointAccess access;
  private final StageRunner stages;
  private final ClaimAccess claims;
  private final Timing timing;
  private final ExclusiveRunner exclusive;
  private final StatusReader statuses;
  private final RecordFactory records;
  private final RecordReader reader;
  private final SaveProtocol writes;
  private final InventoryReader inventories;
  private final SurveyReader surveys;
  private final LocationClearing clearing;
  private final CheckpointHistory history;

  private CheckpointManager(Builder builder, CheckpointStore store, boolean ownsStore) {
    this.store = store;
    this.ownsStore = ownsStore;
    this.clock = builder.clock;
    this.errors = new Errors(store);
    this.reader = new RecordReader(store);
    this.writes = new SaveProtocol(store, builder.timing);
    ParallelReads reads = new ParallelReads(builder.readParallelism);
    Identity who = Identity.of(builder.user, builder.host);
    this.records = new RecordFactory(store, errors, who, builder.clock, builder.maxPayloadBytes);
    this.access = new CheckpointAccess(store, reader, writes, records, errors, builder.failureMode);
    StageValues values = new StageValues(access, errors);
    this.stages = new StageRunner(access, values, builder.clock);
    ClaimRecord.Worker worker = new ClaimRecord.Worker(who.user(), who.host(), who.process());
    this.claims =
        new ClaimAccess(
            new ClaimProtocol(store, builder.timing, builder.clock, worker),
            access,
            errors,
            builder.clock,
            builder.timing);
    this.timing = builder.timing;
    this.exclusive = new ExclusiveRunner(access, claims, values, errors, builder.timing);
    this.statuses = new StatusReader(store, reads, errors);
    this.inventories = new InventoryReader(store, reader, reads);
    this.surveys = new SurveyReader(store, inventories, statuses, reads);
    this.clearing = new LocationClearing(new ClearProtocol(store, reads, builder.timing), errors);
    HistoryReader past = new HistoryReader(store, reads, records, errors);
    RestoreProtocol restores = new RestoreProtocol(store, builder.timing);
    this.history =
        new CheckpointHistory(
            past,
            new Restoring(restores, past, records, errors, who, builder.clock),
            clearing,
            records);
  }

  /**
   * Opens the directory {@value #DEFAULT_LOCATION} below the working directory. Makes no request.
   */
  public static CheckpointManager open() {
    return open(DEFAULT_LOCATION);
  }

  /**
   * Opens a location: a directory, {@code s3://bucket/prefix}, {@code memory:name}; options as
   * query parameters. Makes no request.
   *
   * @throws InvalidInputException the location is refused, or no store on the class path knows its
   *     scheme
   */
  public static CheckpointManager open(String location) {
    return builder().location(location).open();
  }

  /** Starts a manager with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  /** As {@link #save(String, SaveOptions)}, with nothing but what every checkpoint has. */
  public SaveResult save(String stage) {
    return save(stage, SaveOptions.none());
  }

  /**
   * Records that a stage is done, if nobody has. A stage that is completed already stays as it is.
   * A damaged record is replaced. Atomic: of any number of callers exactly one is told {@code
   * SAVED}, all others by whom it was saved.
   *
   * <p>1 PUT; 1 GET more when the stage is completed already: of at most 64 KiB, or of all when a
   * payload is to be saved. Logs {@code Checkpoint saved: …}, or an error and throws.
   *
   * @throws OutcomeUnknownException it is not known whether it was written; the exception sends the
   *     same bytes again
   */
  public SaveResult save(String stage, SaveOptions options) {
    return access.save(stage, options);
  }

  /**
   * Replaces exactly the checkpoint that was seen; the old one stays in the history where the store
   * keeps one. For jobs that advance an offset. 1 PUT; 1 GET more on a conflict.
   *
   * @param seen from {@link #get}, {@link #read} or an earlier {@link SaveResult}
   * @throws CheckpointConflictException another version stands there now, which the exception has
   * @throws OutcomeUnknownException it is not known whether it was written; the exception sends the
   *     same bytes again
   */
  public SaveResult replace(Checkpoint seen, SaveOptions options) {
    return access.replace(seen, options);
  }

  /**
   * Whether a stage is completed: its record exists and is valid. A damaged one counts as not
   * completed, and is told in the log. 1 GET of at most 64 KiB.
   */
  public boolean has(String stage) {
    return get(stage).isPresent();
  }

  /** A stage's checkpoint, with its payload described and not read. 1 GET of at most 64 KiB. */
  public Optional<Checkpoint> get(String stage) {
    return found(stage, access.readHead(stage));
  }

  /** A stage's checkpoint with its payload, all of it verified. 1 GET. */
  public Optional<Checkpoint> read(String stage) {
    return found(stage, access.readWhole(stage));
  }

  /**
   * What stands in the place of a stage's record: a valid checkpoint, a problem, or nothing. It
   * tells a damaged record from an absent one, where {@link #get} only logs the difference; nothing
   * is logged here. 1 GET of at most 64 KiB.
   */
  public Inventory inspect(String stage) {
    records.checkpointKey(stage);
    try {
      return inventories.head(stage);
    } catch (StoreException e) {
      throw errors.of(e, stage, "Reading the checkpoint of");
    }
  }

  private static Optional<Checkpoint> found(String stage, Reading reading) {
    return reading instanceof Reading.Found found
        ? Optional.of(new Checkpoint(stage, found.stored()))
        : Optional.empty();
  }

  /**
   * Runs a task, unless its stage is completed; then saves the stage. What the task throws comes
   * through unchanged, and nothing is saved then. 1 GET when skipped, 1 GET and 1 PUT else.
   *
   * @return whether the task ran, and why
   * @throws StageNotSavedException the task has succeeded and its checkpoint was not saved
   */
  public <E extends Throwable> StageResult stage(String stage, StageTask<E> task) throws E {
    return stages.run(stage, task);
  }

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
  public <T, E extends Throwable> T stage(
      String stage, PayloadCodec<T> codec, StageFunction<T, E> task) throws E {
    return stages.call(stage, codec, task);
  }

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
  public <E extends Throwable> StageResult stage(
      String stage, StageOptions options, ClaimedTask<E> task) throws E {
    return exclusive.run(stage, options, task);
  }

  /**
   * As {@link #stage(String, PayloadCodec, StageFunction)}, by one worker at a time, see {@link
   * #stage(String, StageOptions, ClaimedTask)}. Waiters return the winner's value.
   */
  public <T, E extends Throwable> T stage(
      String stage, StageOptions options, PayloadCodec<T> codec, ClaimedFunction<T, E> task)
      throws E {
    return exclusive.call(stage, options, codec, task);
  }

  /**
   * Claims a stage, if nobody executes it and it is not completed; does not wait. 1 PUT and 1 GET;
   * over a claim that is over, or ended, 1 PUT and 1 GET more; 1 PUT and 2 GET when it is busy.
   *
   * @throws AttemptsExhaustedException it has failed as often as the options allow
   * @throws OutcomeUnknownException it is not known whether the claim stands; it then ends with its
   *     lease
   */
  public ClaimResult claim(String stage, ClaimOptions options) {
    records.checkpointKey(stage);
    return claims.claim(stage, options);
  }

  /**
   * Begins to contend for a stage that others may hold: claims may then be tried again and again.
   * Makes no request.
   */
  public Contender contend(String stage) {
    records.checkpointKey(stage);
    return new Contender(stage, claims, timing);
  }

  /**
   * Ends another worker's claim by force; that worker finds out at its next renewal and saves
   * nothing. 1 GET and 1 PUT.
   *
   * @param reason shown to others
   * @return whose claim was ended; empty when the stage is not claimed
   */
  public Optional<StageHolder> release(String stage, String reason) {
    records.checkpointKey(stage);
    return claims.forceRelease(stage, reason);
  }

  /**
   * Where the stages stand that have a checkpoint or a claim. Those with a checkpoint are presumed
   * completed. LISTs, and 1 GET for each claim without checkpoint.
   */
  public List<StageStatus> status() {
    return statuses.level("", false);
  }

  /** As {@link #status()}, with every checkpoint read and verified. 1 GET more for each. */
  public List<StageStatus> verifiedStatus() {
    return statuses.level("", true);
  }

  /** As {@link #status()}, for this location and all below it. LISTs for each level besides. */
  public List<LocationStatus> statusBelow() {
    return statuses.tree(false);
  }

  /** As {@link #statusBelow()}, with every checkpoint read and verified. 1 GET more for each. */
  public List<LocationStatus> verifiedStatusBelow() {
    return statuses.tree(true);
  }

  /**
   * The stages that have a checkpoint, sorted. Presumed: it rests on the listing alone, records are
   * not read. max(1, ⌈k/1000⌉) LIST for k keys of the location.
   */
  public Set<String> completed() {
    return translated("Listing the checkpoints", inventories::completed);
  }

  /**
   * All checkpoints, each head read and validated, in parallel; payloads are described and not
   * kept. LISTs and 1 GET for each.
   */
  public Inventory list() {
    return translated("Reading the checkpoints", inventories::heads);
  }

  /**
   * What stands about some stages: their checkpoints, each head read and validated, and the claims
   * of those without. LISTs of the location, and in parallel 1 GET for each checkpoint of these
   * stages and for each claim without a valid one.
   */
  public Survey survey(Collection<String> stages) {
    stages.forEach(records::checkpointKey);
    return translated("Reading the checkpoints", () -> surveys.of(stages));
  }

  /**
   * All checkpoints, each read and verified whole, in parallel; payloads are described and not
   * kept. LISTs and 1 GET for each.
   */
  public Inventory verify() {
    return translated("Reading the checkpoints", inventories::whole);
  }

  /** As {@link #clear(ClearOptions)}, refused while a stage is being worked on. */
  public ClearResult clear() {
    return clear(ClearOptions.standard());
  }

  /**
   * Deletes the location's checkpoints and claims, and nothing else: what lies deeper, beside it,
   * or has not one of this project's names stays. Not atomic, and no barrier for a save under way:
   * such a save may land after it. A fresh location is the way to be sure. LISTs, 1 GET for each
   * claim without checkpoint, and ⌈keys/1000⌉ DeleteObjects. Logs {@code All checkpoints cleared.}
   *
   * @throws StageBusyException a worker is executing a stage; nothing was deleted
   * @throws ClearIncompleteException some keys are not known to be gone; all others are
   */
  public ClearResult clear(ClearOptions options) {
    return clearing.all(options);
  }

  /**
   * As {@link #clear(Collection, ClearOptions)}, refused while one of the stages is being worked
   * on.
   */
  public ClearResult clear(Collection<String> stages) {
    return clear(stages, ClearOptions.standard());
  }

  /**
   * Deletes the checkpoints and claims of some stages; absent ones are no failure. 1 GET for each
   * and ⌈2n/1000⌉ DeleteObjects. Not atomic, see {@link #clear(ClearOptions)}.
   *
   * @throws StageBusyException a worker is executing one of the stages; nothing was deleted
   * @throws ClearIncompleteException some keys are not known to be gone; all others are
   */
  public ClearResult clear(Collection<String> stages, ClearOptions options) {
    stages.forEach(records::checkpointKey);
    return clearing.some(Set.copyOf(stages), options);
  }

  /**
   * What the stages were before: versions, restore, and purge, which deletes them for good. Makes
   * no request.
   */
  public CheckpointHistory history() {
    return history;
  }

  private <T> T translated(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw errors.of(e, null, doing);
    }
  }

  /** A text that belongs to the whole location. Makes no request. */
  public LocationDocument document(LocationDocument.Name name) {
    return new LocationDocument(name, reader, writes, records, errors);
  }

  /** The location, without its options. */
  public String location() {
    return errors.location();
  }

  /** The clock of the timestamps in records. No decision rests on it. */
  public Clock clock() {
    return clock;
  }

  /** The store below; what was handed in, or what this manager opened. */
  public CheckpointStore store() {
    return store;
  }

  /** Releases what this manager opened itself, never a store that was handed in. Idempotent. */
  @Override
  public void close() {
    claims.close();
    if (ownsStore) {
      store.close();
    }
  }

  /** Settings of a manager. Not thread-safe. */
  public static final class Builder {
    private @Nullable CheckpointStore store;
    private String location = DEFAULT_LOCATION;
    private @Nullable String user;
    private @Nullable String host;
    private Clock clock = Clock.systemUTC();
    private Timing timing = Timing.system();
    private FailureMode failureMode = FailureMode.STRICT;
    private long maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES;
    private int readParallelism = DEFAULT_READ_PARALLELISM;

    private Builder() {}

    /**
     * Where the checkpoints are; {@value #DEFAULT_LOCATION} if neither this nor a store is given.
     */
    public Builder location(String value) {
      location = Objects.requireNonNull(value, "location");
      return this;
    }

    /** A store that the caller opened and will close. Goes before a location. */
    public Builder store(CheckpointStore value) {
      store = Objects.requireNonNull(value, "store");
      return this;
    }

    /** Whose name checkpoints carry; the operating system's user by default. */
    public Builder user(String value) {
      user = Objects.requireNonNull(value, "user");
      return this;
    }

    /** Which host's name checkpoints carry; this machine's by default. */
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

    /**
     * How many reads {@code list} and {@code verify} have under way at once, at most; 16 by
     * default.
     */
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
      if (store != null) {
        return new CheckpointManager(this, store, false);
      }
      try {
        return new CheckpointManager(
            this, StoreProvider.openAt(StoreLocation.parse(location)), true);
      } catch (StoreException e) {
        throw new InvalidInputException(
            new CheckpointException.Details(
                Errors.shown(location), null, null, e.what(), e.why(), e.remedy()),
            e);
      }
    }
  }
}
