package io.github.checkpointmanager.store.memory;

import io.github.checkpointmanager.store.ListPage;
import io.github.checkpointmanager.store.ListedObject;
import io.github.checkpointmanager.store.StoredVersion;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state that all views of one memory store share. Each method is one atomic step under one
 * lock, which is held for no longer than the step.
 */
final class Contents {
  /** As S3 has it, so that whoever tests with this store meets paging where S3 has it. */
  static final int PAGE_SIZE = 1_000;

  /** Sorts after every key that begins with the level's name. */
  private static final char AFTER_LEVEL = '/' + 1;

  private final InstantSource clock;

  /** Every key that ever existed, each with its states, newest first. */
  private final NavigableMap<String, Deque<Entry>> histories = new TreeMap<>();

  private long lastId;

  Contents(InstantSource clock) {
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  synchronized Optional<Entry> current(String key) {
    return Optional.ofNullable(latest(histories.get(key)));
  }

  private static @Nullable Entry latest(@Nullable Deque<Entry> history) {
    if (history == null || history.getFirst().deletion()) {
      return null;
    }
    return history.getFirst();
  }

  synchronized WriteResult create(String key, byte[] content) {
    if (latest(histories.get(key)) != null) {
      return WriteResult.conflict();
    }
    return write(key, content);
  }

  synchronized WriteResult replace(String key, byte[] content, Version expected) {
    Entry entry = latest(histories.get(key));
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

  synchronized void delete(String key) {
    if (latest(histories.get(key)) != null) {
      push(key, new byte[0], true);
    }
  }

  synchronized void purge(String key) {
    histories.remove(key);
  }

  /** The absent keys of a level that have history. */
  synchronized List<String> deleted(String prefix) {
    return histories.tailMap(prefix).entrySet().stream()
        .takeWhile(history -> history.getKey().startsWith(prefix))
        .filter(history -> latest(history.getValue()) == null)
        .map(Map.Entry::getKey)
        .filter(key -> key.indexOf('/', prefix.length()) < 0)
        .toList();
  }

  private Entry push(String key, byte[] content, boolean deletion) {
    Entry entry = new Entry("v" + ++lastId, content, clock.instant(), deletion);
    histories.computeIfAbsent(key, k -> new ArrayDeque<>()).addFirst(entry);
    return entry;
  }

  synchronized List<StoredVersion> versions(String key) {
    List<StoredVersion> versions = new ArrayList<>();
    for (Entry entry : histories.getOrDefault(key, new ArrayDeque<>())) {
      versions.add(entry.listed(versions.isEmpty()));
    }
    return versions;
  }

  synchronized Optional<Entry> version(String key, String id) {
    return histories.getOrDefault(key, new ArrayDeque<>()).stream()
        .filter(entry -> entry.id().equals(id) && !entry.deletion())
        .findFirst();
  }

  /** One page and where the next one starts, which is null after the last. */
  record Page(ListPage page, @Nullable String next) {}

  /**
   * @param prefix of the level, as the shared keys have it
   * @param from the first key that may be on the page
   * @param root what is cut off the front of every key
   */
  synchronized Page page(String prefix, String from, String root) {
    List<ListedObject> objects = new ArrayList<>();
    List<String> children = new ArrayList<>();
    Map.Entry<String, Deque<Entry>> at = histories.ceilingEntry(from);
    while (at != null && at.getKey().startsWith(prefix)) {
      String key = at.getKey();
      if (objects.size() + children.size() == PAGE_SIZE) {
        return new Page(new ListPage(objects, children, Optional.of(clock.instant())), key);
      }
      int slash = key.indexOf('/', prefix.length());
      Entry entry = latest(at.getValue());
      if (entry != null && slash >= 0) {
        String level = key.substring(0, slash);
        children.add(level.substring(prefix.length()) + "/");
        at = histories.ceilingEntry(level + AFTER_LEVEL);
        continue;
      }
      if (entry != null) {
        objects.add(
            new ListedObject(
                key.substring(root.length()), entry.content().length, entry.written()));
      }
      at = histories.higherEntry(key);
    }
    return new Page(new ListPage(objects, children, Optional.of(clock.instant())), null);
  }
}
