package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A store that fails on demand, deterministically: at a call index, or at calls that a predicate
 * picks. Every call of the port counts; a page of a listing is a call. A test runs an operation
 * once to learn its {@link #callCount()}, then once for each index and fault.
 *
 * <p>For one thread at a time in faulty mode; without faults it is as thread-safe as the store.
 */
public final class FaultyStore implements CheckpointStore {
  /** What goes wrong with one call. */
  public enum Fault {
    /** Nothing happens, and the caller is told so: {@code UNAVAILABLE}. */
    FAIL_BEFORE,
    /** A write is committed, a read done, and the reply lost. */
    LOSE_REPLY,
    /** A write never reaches the store, and the caller cannot know. */
    LOSE_REQUEST,
    /** A write lands just before the next call, after its caller was told that it is unknown. */
    LAND_BEFORE_NEXT_CALL,
    /** A write lands at {@link FaultyStore#landLateWrites()}. */
    LAND_LATE,
    /** The store asks to send the same bytes again. Reads: as {@link #FAIL_BEFORE}. */
    CONTEND,
    /** A read delivers what the key was before the last write; for other calls no fault. */
    READ_STALE,
    /** A read delivers half of the bytes as if they were all; for other calls no fault. */
    READ_CUT
  }

  /** The methods of the port that are requests. */
  public enum Operation {
    READ,
    READ_HEAD,
    CREATE,
    REPLACE,
    LIST_PAGE,
    DELETE,
    PURGE,
    KEEPS_HISTORY,
    DELETED_KEYS,
    VERSIONS,
    READ_VERSION;

    boolean isWrite() {
      return this == CREATE || this == REPLACE || this == DELETE || this == PURGE;
    }
  }

  /**
   * One call of the port.
   *
   * @param index 0 for the first since the last {@link FaultyStore#reset()}
   * @param key the key, the prefix of a listing, or the keys of a deletion
   */
  public record Call(int index, Operation operation, String key) {}

  private record Plan(Predicate<Call> which, Fault fault) {}

  private final CheckpointStore store;
  private final List<Plan> plans = new ArrayList<>();
  private final Map<Integer, Runnable> interludes = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final Deque<Supplier<?>> beforeNextCall = new ArrayDeque<>();
  private final Deque<Supplier<?>> late = new ArrayDeque<>();
  private final Map<String, Optional<StoredObject>> previous = new HashMap<>();

  private FaultyStore(CheckpointStore store) {
    this.store = store;
  }

  /** A store without faults yet; closing it closes the given one. */
  public static FaultyStore around(CheckpointStore store) {
    return new FaultyStore(store);
  }

  /** Plans a fault for one call index. */
  public FaultyStore failAt(int index, Fault fault) {
    return failWhen(call -> call.index() == index, fault);
  }

  /** Plans a fault for all calls that the predicate picks; the first plan that matches decides. */
  public synchronized FaultyStore failWhen(Predicate<Call> which, Fault fault) {
    plans.add(new Plan(which, fault));
    return this;
  }

  /** Lets somebody else act just before a call, by way of the store without faults. */
  public synchronized FaultyStore before(int index, Runnable action) {
    interludes.put(index, action);
    return this;
  }

  /** Forgets plans and calls, and begins to count from 0; late writes stay pending. */
  public synchronized void reset() {
    plans.clear();
    interludes.clear();
    calls.clear();
  }

  public synchronized int callCount() {
    return calls.size();
  }

  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /**
   * Lets every write that is still under way reach the store, in order.
   *
   * @return what the store answered to each, a {@link WriteResult} or a {@link DeletionReport}
   */
  public List<Object> landLateWrites() {
    List<Object> answers = land(beforeNextCall);
    answers.addAll(land(late));
    return answers;
  }

  private synchronized List<Object> land(Deque<Supplier<?>> writes) {
    var answers = new ArrayList<Object>();
    while (!writes.isEmpty()) {
      answers.add(writes.remove().get());
    }
    return answers;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return readWith(Operation.READ, key, () -> store.read(key));
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    return readWith(Operation.READ_HEAD, key, () -> store.readHead(key));
  }

  private Optional<StoredObject> readWith(
      Operation operation, String key, Supplier<Optional<StoredObject>> read) {
    Optional<Fault> fault = next(operation, key);
    if (fault.isEmpty()) {
      return read.get();
    }
    return switch (fault.get()) {
      case READ_STALE -> previous.containsKey(key) ? previous.get(key) : read.get();
      case READ_CUT -> read.get().map(FaultyStore::cut);
      default -> throw failure(StoreException.Kind.UNAVAILABLE, operation, key, fault.get());
    };
  }

  private static StoredObject cut(StoredObject whole) {
    byte[] half = Arrays.copyOf(whole.content(), whole.content().length / 2);
    return new StoredObject(
        half, half.length, whole.version(), whole.lastModified(), whole.storeTime());
  }

  /** No call: it fails with the first that follows. */
  @Override
  public void prepare() {
    store.prepare();
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    return write(Operation.CREATE, key, () -> store.create(key, content));
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    return write(Operation.REPLACE, key, () -> store.replace(key, content, expected));
  }

  private WriteResult write(Operation operation, String key, Supplier<WriteResult> write) {
    Optional<Fault> fault = next(operation, key);
    Supplier<WriteResult> remembering =
        () -> {
          Optional<StoredObject> before = store.read(key);
          WriteResult result = write.get();
          if (result.outcome() == WriteResult.Outcome.WRITTEN) {
            previous.put(key, before);
          }
          return result;
        };
    if (fault.isPresent() && fault.get() == Fault.CONTEND) {
      return WriteResult.contended();
    }
    return changing(operation, key, fault, remembering);
  }

  /** A write or a deletion under a fault. */
  private <T> T changing(
      Operation operation, String key, Optional<Fault> fault, Supplier<T> change) {
    if (fault.isEmpty() || fault.get() == Fault.READ_STALE || fault.get() == Fault.READ_CUT) {
      return change.get();
    }
    switch (fault.get()) {
      case LOSE_REPLY -> {
        var lost = change.get();
        Objects.requireNonNull(lost);
      }
      case LAND_BEFORE_NEXT_CALL -> add(beforeNextCall, change);
      case LAND_LATE -> add(late, change);
      default -> {}
    }
    boolean told = fault.get() == Fault.FAIL_BEFORE || fault.get() == Fault.CONTEND;
    throw failure(
        told ? StoreException.Kind.UNAVAILABLE : StoreException.Kind.OUTCOME_UNKNOWN,
        operation,
        key,
        fault.get());
  }

  private synchronized void add(Deque<Supplier<?>> pending, Supplier<?> change) {
    pending.add(change);
  }

  @Override
  public Listing list(String prefix) {
    return () -> {
      Iterator<Listing.Page> pages = store.list(prefix).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return pages.hasNext();
        }

        @Override
        public Listing.Page next() {
          return asking(Operation.LIST_PAGE, prefix, pages::next);
        }
      };
    };
  }

  @Override
  public boolean comparesDeletions() {
    return store.comparesDeletions();
  }

  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    return deleting(Operation.DELETE, deletions, store::delete);
  }

  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return deleting(Operation.PURGE, deletions, store::purge);
  }

  private DeletionReport deleting(
      Operation operation,
      Stream<Deletion> deletions,
      Function<Stream<Deletion>, DeletionReport> deletion) {
    // Consumed first: a deletion that lands late still has its keys.
    List<Deletion> all = deletions.toList();
    List<String> keys = all.stream().map(Deletion::key).toList();
    Optional<Fault> fault = next(operation, String.join(" ", keys));
    try {
      return changing(operation, "", fault, () -> deletion.apply(all.stream()));
    } catch (StoreException e) {
      return new DeletionReport(
          0, keys.stream().map(key -> new DeletionReport.Failure(key, e.kind(), e.why())).toList());
    }
  }

  @Override
  public boolean keepsHistory() {
    return asking(Operation.KEEPS_HISTORY, "", store::keepsHistory);
  }

  @Override
  public List<String> deletedKeys(String prefix) {
    return asking(Operation.DELETED_KEYS, prefix, () -> store.deletedKeys(prefix));
  }

  @Override
  public List<StoredVersion> versions(String key) {
    return asking(Operation.VERSIONS, key, () -> store.versions(key));
  }

  @Override
  public StoredObject readVersion(String key, String versionId) {
    return asking(Operation.READ_VERSION, key, () -> store.readVersion(key, versionId));
  }

  /** A read that knows neither stale nor cut answers. */
  private <T> T asking(Operation operation, String key, Supplier<T> question) {
    Optional<Fault> fault =
        next(operation, key).filter(f -> f != Fault.READ_STALE && f != Fault.READ_CUT);
    if (fault.isPresent()) {
      throw failure(StoreException.Kind.UNAVAILABLE, operation, key, fault.get());
    }
    return question.get();
  }

  private Optional<Fault> next(Operation operation, String key) {
    land(beforeNextCall);
    synchronized (this) {
      var call = new Call(calls.size(), operation, key);
      calls.add(call);
      Runnable interlude = interludes.get(call.index());
      if (interlude != null) {
        interlude.run();
      }
      return plans.stream().filter(p -> p.which().test(call)).map(Plan::fault).findFirst();
    }
  }

  private static StoreException failure(
      StoreException.Kind kind, Operation operation, String key, Fault fault) {
    return new StoreException(
        kind, operation + " of " + key + " failed", fault + " was injected", "Look at the test");
  }

  @Override
  public List<Finding> diagnose() {
    return store.diagnose();
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public int maxKeyBytes() {
    return store.maxKeyBytes();
  }

  @Override
  public void close() {
    store.close();
  }
}
