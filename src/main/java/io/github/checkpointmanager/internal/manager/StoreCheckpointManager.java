package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.PayloadCodec;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.StageFunction;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.StageResult;
import io.github.checkpointmanager.StageSnapshot;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.StageTask;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks stage names, then hands each call to the operation that does it. Thread-safe. */
public final class StoreCheckpointManager implements CheckpointManager {
  private final Wiring wiring;
  private final boolean ownsStore;
  private final CheckpointOperations checkpoints;
  private final ClaimOperations claims;
  private final StageRunner stages;
  private final ExclusiveRunner exclusive;
  private final ListOperations lists;
  private final ClearOperations clears;
  private final CheckpointHistory history;

  private StoreCheckpointManager(CheckpointStore store, ManagerSettings settings, boolean owned) {
    this.wiring = Wiring.of(store, settings);
    this.ownsStore = owned;
    this.checkpoints = new CheckpointOperations(wiring);
    this.claims = new ClaimOperations(wiring, checkpoints);
    StageValues values = new StageValues(checkpoints, wiring.errors());
    this.stages = new StageRunner(checkpoints, values, settings.clock());
    this.exclusive = new ExclusiveRunner(wiring, checkpoints, claims, values);
    this.lists = new ListOperations(wiring);
    this.clears = ClearOperations.clearing(wiring);
    this.history = new HistoryOperations(wiring);
  }

  /** A manager over a store that the caller closes. Makes no request. */
  public static CheckpointManager over(CheckpointStore store, ManagerSettings settings) {
    return new StoreCheckpointManager(store, settings, false);
  }

  /** Opens a location, which is refused where no store knows its scheme. Makes no request. */
  public static CheckpointManager open(String location, ManagerSettings settings) {
    CheckpointStore store;
    try {
      store = StoreProvider.openAt(StoreLocation.parse(location));
    } catch (StoreException e) {
      throw Errors.refusedLocation(location, e);
    }
    return new StoreCheckpointManager(store, settings, true);
  }

  @Override
  public SaveResult save(String stage, SaveOptions options) {
    return checkpoints.save(stage, options, Optional.empty());
  }

  @Override
  public SaveResult replace(Checkpoint seen, SaveOptions options) {
    return checkpoints.replace(seen, options, Optional.empty());
  }

  @Override
  public Optional<Checkpoint> get(String stage) {
    return checkpoints.readHead(stage).valid();
  }

  @Override
  public Optional<Checkpoint> read(String stage) {
    return checkpoints.readWhole(stage).valid();
  }

  @Override
  public Lookup inspect(String stage) {
    return lists.inspect(stage);
  }

  @Override
  public <E extends Throwable> StageResult stage(String stage, StageTask<E> task) throws E {
    return stages.run(stage, task);
  }

  @Override
  public <T, E extends Throwable> T stage(
      String stage, PayloadCodec<T> codec, StageFunction<T, E> task) throws E {
    return stages.call(stage, codec, task);
  }

  @Override
  public <E extends Throwable> StageResult stage(
      String stage, StageOptions options, StageTask.Claimed<E> task) throws E {
    return exclusive.run(stage, options, task);
  }

  @Override
  public <T, E extends Throwable> T stage(
      String stage, StageOptions options, PayloadCodec<T> codec, StageFunction.Claimed<T, E> task)
      throws E {
    return exclusive.call(stage, options, codec, task);
  }

  @Override
  public ClaimResult claim(String stage, ClaimOptions options) {
    return claims.claim(stage, options);
  }

  @Override
  public StageClaimer claimer(String stage) {
    wiring.records().checkpointKey(stage);
    return claims.waiter(stage);
  }

  @Override
  public Optional<ClaimInfo> release(String stage, String reason) {
    return claims.forceRelease(stage, reason);
  }

  @Override
  public List<StageStatus> status() {
    return lists.level(false);
  }

  @Override
  public List<StageStatus> verifiedStatus() {
    return lists.level(true);
  }

  @Override
  public List<LocationStatus> statusBelow() {
    return lists.tree(false);
  }

  @Override
  public List<LocationStatus> verifiedStatusBelow() {
    return lists.tree(true);
  }

  @Override
  public Set<String> completed() {
    return lists.completed();
  }

  @Override
  public CheckpointList list() {
    return lists.heads();
  }

  @Override
  public StageSnapshot survey(Collection<String> stages) {
    return lists.snapshot(stages);
  }

  @Override
  public CheckpointList verify() {
    return lists.whole();
  }

  @Override
  public ClearResult clear(ClearOptions options) {
    return clears.all(options);
  }

  @Override
  public ClearResult clear(Collection<String> stages, ClearOptions options) {
    return clears.some(stages, options);
  }

  @Override
  public CheckpointHistory history() {
    return history;
  }

  @Override
  public LocationDocument document(LocationDocument.Name name) {
    return new DocumentOperations(name, wiring);
  }

  @Override
  public String location() {
    return wiring.errors().location();
  }

  @Override
  public Clock clock() {
    return wiring.settings().clock();
  }

  @Override
  public CheckpointStore store() {
    return wiring.store();
  }

  @Override
  public void close() {
    claims.close();
    if (ownsStore) {
      wiring.store().close();
    }
  }
}
