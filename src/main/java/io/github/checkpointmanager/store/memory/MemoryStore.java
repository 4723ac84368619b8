package io.github.checkpointmanager.store.memory;

import io.github.checkpointmanager.internal.memory.MemoryContents;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * A store in memory: the reference model of {@link CheckpointStore}, for your own tests. It keeps
 * every promise of the port except that it does not outlive its process. It keeps the whole history
 * of every key, and never answers {@code CONTENDED} or {@code UNAVAILABLE}.
 *
 * <p>Thread-safe. Every call is atomic; a deletion is atomic for each key, a listing for each page.
 * Nothing runs in the background. Versions are numbered in the order of the writes: equal sequences
 * of calls give equal results, so a test can replay them.
 *
 * <p>The clock that the caller passes in is the store's clock; a test may stop it or let it jump.
 */
public final class MemoryStore implements CheckpointStore {
  private static final String SCHEME = "memory:";

  /** The limit of S3, so that keys which work in tests work there. */
  private static final int MAX_KEY_BYTES = 1_024;

  private static final Map<String, MemoryContents> NAMED = new ConcurrentHashMap<>();

  private final MemoryContents contents;
  private final String root;
  private final String location;

  /** An empty store of its own with the system's clock. It cannot be reached by a location. */
  public MemoryStore() {
    this(InstantSource.system());
  }

  /**
   * An empty store of its own. It cannot be reached by a location.
   *
   * @param clock the store's clock: asked once for every write and every read
   */
  public MemoryStore(InstantSource clock) {
    this(new MemoryContents(clock), "", SCHEME);
  }

  private MemoryStore(MemoryContents contents, String root, String location) {
    this.contents = contents;
    this.root = root;
    this.location = location;
  }

  /**
   * Opens the store {@code memory:name} of this process (exactly: of this class loader). Equal
   * names give views of the same contents, which live as long as the process. The text after the
   * first slash is a prefix within that store: {@code memory:etl/2026-11-23} is a level of {@code
   * memory:etl}.
   *
   * @throws StoreException {@code INVALID} when the name is empty or has an empty segment
   */
  public static MemoryStore named(String name) {
    if (name.isEmpty()) {
      throw new StoreLocation("memory", "", Map.of())
          .refused(
              "a store in memory is found by its name, and this location has none",
              "Write memory:name, or pass the store itself to the builder");
    }
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    Keys.requireKey(path, MAX_KEY_BYTES, SCHEME);
    int slash = path.indexOf('/');
    String store = slash < 0 ? path : path.substring(0, slash);
    String root = slash < 0 ? "" : path.substring(slash + 1) + "/";
    MemoryContents contents =
        NAMED.computeIfAbsent(store, n -> new MemoryContents(InstantSource.system()));
    return new MemoryStore(contents, root, SCHEME + path);
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return contents.read(inside(key), Integer.MAX_VALUE);
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    return contents.read(inside(key), HEAD_BYTES);
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    return contents.create(inside(key), content);
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    return contents.replace(inside(key), content, expected);
  }

  @Override
  public Listing list(String prefix) {
    Keys.requirePrefix(prefix, location);
    return contents.list(root, prefix);
  }

  /** Always {@code true}. */
  @Override
  public boolean comparesDeletions() {
    return true;
  }

  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    return each(deletions, contents::delete);
  }

  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return each(deletions, contents::purge);
  }

  private DeletionReport each(
      Stream<Deletion> deletions, BiPredicate<String, Optional<Version>> step) {
    long deleted = 0;
    List<DeletionReport.Failure> failures = new ArrayList<>();
    for (Iterator<Deletion> each = deletions.iterator(); each.hasNext(); ) {
      Deletion next = each.next();
      String key = next.key();
      try {
        if (step.test(inside(key), next.seen())) {
          deleted++;
        } else {
          failures.add(DeletionReport.Failure.conflict(key));
        }
      } catch (StoreException e) {
        failures.add(DeletionReport.Failure.of(key, e));
      }
    }
    return new DeletionReport(deleted, failures);
  }

  /** Always {@code true}. */
  @Override
  public boolean keepsHistory() {
    return true;
  }

  @Override
  public List<String> deletedKeys(String prefix) {
    Keys.requirePrefix(prefix, location);
    return contents.deletedKeys(root + prefix).stream()
        .map(key -> key.substring(root.length()))
        .toList();
  }

  @Override
  public List<StoredVersion> versions(String key) {
    return contents.versions(inside(key));
  }

  @Override
  public StoredObject readVersion(String key, String versionId) {
    return contents
        .readVersion(inside(key), versionId)
        .orElseThrow(
            () ->
                new StoreException(
                    StoreException.Kind.NOT_FOUND,
                    "Version " + versionId + " of '" + key + "' in " + location + " cannot be read",
                    "there is no such version, or it is a deletion",
                    "Choose a version from the history"));
  }

  @Override
  public List<Finding> diagnose() {
    return List.of(
        Finding.warning(
            "durability",
            "the contents are lost when the process ends",
            "Use it for tests; keep checkpoints in a directory or on S3"));
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public int maxKeyBytes() {
    return MAX_KEY_BYTES - root.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Does nothing: the contents and this view remain usable. */
  @Override
  public void close() {}

  private String inside(String key) {
    Keys.requireKey(key, maxKeyBytes(), location);
    return root + key;
  }

  /** Opens {@code memory:name}, which has no options. Stateless. */
  public static final class Provider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String scheme() {
      return "memory";
    }

    @Override
    public CheckpointStore open(StoreLocation location) {
      location.requireKnownOptions(Set.of());
      return MemoryStore.named(location.path());
    }
  }
}
