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
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that all views of one memory store share, with all their states. Thread-safe: each
 * method is one atomic step under one lock, which is held for the length of that step.
 */
public final class MemoryContents {
  /** The page size of S3, so that tests with this store page where S3 does. */
  private static final int PAGE_SIZE = 1_000;

  /** Sorts after every key that begins with the level's name. */
  private static final char AFTER_LEVEL = '/' + 1;

  private final InstantSource clock;

  /** Every key that ever existed, each with its states, newest first. */
  private final NavigableMap<String, Deque<Entry>> histories = new TreeMap<>();

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
    return Optional.ofNullable(current(histories.get(key)))
        .map(entry -> entry.delivered(limit, clock.instant()));
  }

  /** Reads one state of a key, whole; empty for an unknown id and for that of a deletion. */
  public synchronized Optional<StoredObject> readVersion(String key, String id) {
    return histories.getOrDefault(key, new ArrayDeque<>()).stream()
        .filter(entry -> entry.id().equals(id) && !entry.deletion())
        .findFirst()
        .map(entry -> entry.delivered(Integer.MAX_VALUE, clock.instant()));
  }

  private static @Nullable Entry current(@Nullable Deque<Entry> history) {
    if (history == null || history.getFirst().deletion()) {
      return null;
    }
    return history.getFirst();
  }

  public synchronized WriteResult create(String key, byte[] content) {
    if (current(histories.get(key)) != null) {
      return WriteResult.conflict();
    }
    return write(key, content);
  }

  public synchronized WriteResult replace(String key, byte[] content, Version expected) {
    Entry entry = current(histories.get(key));
    if (entry == null) {
      return WriteResult.gone();
    }
    if (!entry.id().equals(expected.value())) {
      return WriteResult.conflict();
    }
    return write(key, content);
  }

  private WriteResult write(String key, byte[] content) {
    Entry entry = push(key, content.clone(), false);
    return WriteResult.written(new Version(entry.id()), Optional.of(entry.written()));
  }

  public synchronized void delete(String key) {
    if (current(histories.get(key)) != null) {
      push(key, new byte[0], true);
    }
  }

  public synchronized void purge(String key) {
    histories.remove(key);
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
        .filter(history -> current(history.getValue()) == null)
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

  /**
   * Lists a level, each page when it is asked for, as a server does.
   *
   * @param root what is removed from the front of every key
   * @param prefix of the level below the root
   */
  public Listing list(String root, String prefix) {
    return () -> new Pages(root, root + prefix);
  }

  private final class Pages implements Iterator<Listing.Page> {
    private final String root;
    private final String prefix;
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
      String first = from;
      if (first == null) {
        throw new NoSuchElementException("the last page was delivered");
      }
      List<Listing.Entry> objects = new ArrayList<>();
      List<String> children = new ArrayList<>();
      synchronized (MemoryContents.this) {
        from = fill(first, objects, children);
        return new Listing.Page(objects, children, Optional.of(clock.instant()));
      }
    }

    /** Returns the first key of the next page; null after the last page. */
    private @Nullable String fill(
        String first, List<Listing.Entry> objects, List<String> children) {
      Map.Entry<String, Deque<Entry>> at = histories.ceilingEntry(first);
      while (at != null && at.getKey().startsWith(prefix)) {
        String key = at.getKey();
        if (objects.size() + children.size() == PAGE_SIZE) {
          return key;
        }
        int slash = key.indexOf('/', prefix.length());
        Entry entry = current(at.getValue());
        if (entry != null && slash >= 0) {
          String level = key.substring(0, slash);
          children.add(level.substring(prefix.length()) + "/");
          at = histories.ceilingEntry(level + AFTER_LEVEL);
          continue;
        }
        if (entry != null) {
          objects.add(
              new Listing.Entry(
                  key.substring(root.length()), entry.content().length, entry.written()));
        }
        at = histories.higherEntry(key);
      }
      return null;
    }
  }
}
