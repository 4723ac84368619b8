package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deletes keys in batches: one lock and one fsync for the keys of one level, two fsyncs when their
 * history is deleted too. For one thread.
 */
public final class FileDeletion {
  /** Small enough that the lock is held for moments only. */
  private static final int BATCH = 64;

  private final StoreRoot root;
  private final boolean withHistory;
  private final Map<StoreDirectory, List<String>> batch = new LinkedHashMap<>();
  private final List<DeletionReport.Failure> failures = new ArrayList<>();
  private int pending;
  private long total;

  public FileDeletion(StoreRoot root, boolean withHistory) {
    this.root = root;
    this.withHistory = withHistory;
  }

  /** Deletes all keys; a failure of one key does not stop the others. */
  public DeletionReport delete(Iterator<String> keys) {
    for (; keys.hasNext(); total++) {
      String key = keys.next();
      attempt(
          key, () -> batch.computeIfAbsent(root.directory(key), l -> new ArrayList<>()).add(key));
      if (++pending == BATCH) {
        flush();
      }
    }
    flush();
    return new DeletionReport(total - failures.size(), failures);
  }

  private void flush() {
    batch.forEach(this::deleteOf);
    batch.clear();
    pending = 0;
  }

  private void deleteOf(StoreDirectory level, List<String> keys) {
    List<String> present =
        keys.stream().filter(key -> attempt(key, () -> isPresent(root.file(key)))).toList();
    if (present.isEmpty()) {
      return;
    }
    try (DirectoryLock lock = DirectoryLock.acquire(level, root.lockWait())) {
      PendingFile.sweep(level, lock.taken());
      List<String> removed =
          present.stream().filter(key -> attempt(key, () -> remove(root.file(key)))).toList();
      try {
        sync(level);
      } catch (IOException e) {
        removed.forEach(key -> failed(key, new KeyFile.UnconfirmedException(e)));
      }
    } catch (IOException e) {
      present.forEach(key -> failed(key, e));
    }
  }

  private boolean isPresent(KeyFile file) throws IOException {
    return file.exists() || (withHistory && file.history().exists());
  }

  private boolean remove(KeyFile file) throws IOException {
    if (withHistory) {
      file.purge();
    } else {
      file.delete();
    }
    return true;
  }

  private void sync(StoreDirectory level) throws IOException {
    // Cross-directory renames reach the disk with the directory that they left.
    Directories.sync(level.path());
    if (withHistory && Files.exists(level.histories())) {
      Directories.sync(level.histories());
    }
  }

  /** Returns what a step returns for a key; false if it failed, which is reported. */
  private boolean attempt(String key, StoreRoot.Task<Boolean> step) {
    try {
      return root.call("cannot be deleted", key, step);
    } catch (StoreException e) {
      failures.add(DeletionReport.Failure.of(key, e));
      return false;
    }
  }

  private void failed(String key, IOException e) {
    attempt(
        key,
        () -> {
          throw e;
        });
  }
}
