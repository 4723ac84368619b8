package io.github.checkpointmanager.internal.memory;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that all views of one memory store share, with all their states. Thread-safe: each
 * method is one atomic step under one lock, which is held for the length of that step.
 */
public final class MemoryContents {
  /** The page size of S3, so that tests with this store page where S3 does. */
  private static final int PAGE_SIZE = 1_000;

  private final InstantSource clock;

  /** Every key that ever existed, each with its states, newest first. */
  private final SortedMap<String, Deque<Entry>> histories = new TreeMap<>();

  private long lastId;

  /** One state of a key: bytes, or its absence after a deletion. The bytes never change. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough, and the array does not leave
  private record Entry(String id, byte[] content, Instant written, boolean deletion) {
    StoredObject delivered(int limit, Instant now) {
      byte[] bytes = Arrays.copyOf(content, Math.min(limit, content.length));
      return new StoredObject(bytes, content.length, new Version(id), written, Optional.of(now));
    }

    StoredVersion listed(boolean latest) {
      return new StoredVersion(id, written, content.length, latest, deletion);
    }
  }

  /** The clock is asked once for every write and every read. */
  public MemoryContents(InstantSource clock) {
    this.clock = clock;
  }

  public synchronized Optional<StoredObject> read(String key, int limit) {
    return current(key).map(entry -> entry.delivered(limit, clock.instant()));
  }

  /** Reads one state of a key, whole; empty for an unknown id and for that of a deletion. */
  public synchronized Optional<StoredObject> readVersion(String key, String id) {
    return histories.getOrDefault(key, new ArrayDeque<>()).stream()
        .filter(entry -> entry.id().equals(id) && !entry.deletion())
        .findFirst()
        .map(entry -> entry.delivered(Integer.MAX_VALUE, clock.instant()));
  }

  private Optional<Entry> current(String key) {
    return Optional.ofNullable(histories.get(key))
        .map(Deque::getFirst)
        .filter(entry -> !entry.deletion());
  }

  public synchronized WriteResult create(String key, byte[] content) {
    return current(key).isPresent() ? WriteResult.conflict() : write(key, content);
  }

  public synchronized WriteResult replace(String key, byte[] content, Version expected) {
    Optional<Entry> entry = current(key);
    if (entry.isEmpty()) {
      return WriteResult.gone();
    }
    return entry.get().id().equals(expected.value()) ? write(key, content) : WriteResult.conflict();
  }

  private WriteResult write(String key, byte[] content) {
    Entry entry = push(key, content.clone(), false);
    return WriteResult.written(new Version(entry.id()), Optional.of(entry.written()));
  }

  /** Deletes a key; returns false, and keeps it, if its version is not the one seen. */
  public synchronized boolean delete(String key, Optional<Version> seen) {
    if (hasOtherThan(key, seen)) {
      return false;
    }
    if (current(key).isPresent()) {
      push(key, new byte[0], true);
    }
    return true;
  }

  /** As {@link #delete}, with all history. */
  public synchronized boolean purge(String key, Optional<Version> seen) {
    if (hasOtherThan(key, seen)) {
      return false;
    }
    histories.remove(key);
    return true;
  }

  private boolean hasOtherThan(String key, Optional<Version> seen) {
    Optional<Entry> entry = current(key);
    return entry.isPresent() && seen.isPresent() && !entry.get().id().equals(seen.get().value());
  }

  private Entry push(String key, byte[] content, boolean deletion) {
    Entry entry = new Entry("v" + ++lastId, content, clock.instant(), deletion);
    histories.computeIfAbsent(key, k -> new ArrayDeque<>()).addFirst(entry);
    return entry;
  }

  /** Lists the absent keys of a level that have history. */
  public synchronized List<String> deletedKeys(String prefix) {
    return histories.tailMap(prefix).entrySet().stream()
        .takeWhile(history -> history.getKey().startsWith(prefix))
        .filter(history -> history.getValue().getFirst().deletion())
        .map(Map.Entry::getKey)
        .filter(key -> key.indexOf('/', prefix.length()) < 0)
        .toList();
  }

  /** Lists the states and deletions of a key, newest first. */
  public synchronized List<StoredVersion> versions(String key) {
    List<StoredVersion> versions = new ArrayList<>();
    for (Entry entry : histories.getOrDefault(key, new ArrayDeque<>())) {
      versions.add(entry.listed(versions.isEmpty()));
    }
    return versions;
  }

  /** Lists a level below a root, each page when it is asked for, as a server does. */
  public Listing list(String root, String prefix) {
    return () -> new Pages(root, root + prefix);
  }

  private final class Pages implements Iterator<Listing.Page> {
    private final String root;
    private final String prefix;

    /** The first key of the next page; null after the last page. */
    private @Nullable String from;

    Pages(String root, String prefix) {
      this.root = root;
      this.prefix = prefix;
      this.from = prefix;
    }

    @Override
    public boolean hasNext() {
      return from != null;
    }

    @Override
    public Listing.Page next() {
      if (from == null) {
        throw new NoSuchElementException("the last page was delivered");
      }
      synchronized (MemoryContents.this) {
        return page(histories.tailMap(from));
      }
    }

    private Listing.Page page(Map<String, Deque<Entry>> rest) {
      List<Listing.Entry> objects = new ArrayList<>();
      Set<String> children = new LinkedHashSet<>();
      from = null;
      for (Map.Entry<String, Deque<Entry>> history : rest.entrySet()) {
        String key = history.getKey();
        Entry entry = history.getValue().getFirst();
        if (!key.startsWith(prefix)) {
          break;
        }
        int slash = key.indexOf('/', prefix.length());
        String child = slash < 0 ? "" : key.substring(prefix.length(), slash + 1);
        if (entry.deletion() || children.contains(child)) {
          continue;
        }
        if (objects.size() + children.size() == PAGE_SIZE) {
          from = key;
          break;
        }
        if (slash < 0) {
          String name = key.substring(root.length());
          var version = Optional.of(new Version(entry.id()));
          objects.add(new Listing.Entry(name, entry.content().length, entry.written(), version));
        } else {
          children.add(child);
        }
      }
      return new Listing.Page(objects, List.copyOf(children), Optional.of(clock.instant()));
    }
  }
}
