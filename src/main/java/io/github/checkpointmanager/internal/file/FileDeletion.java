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
  private long deleted;

  /**
   * @param withHistory whether older states are deleted too
   */
  public FileDeletion(StoreRoot root, boolean withHistory) {
    this.root = root;
    this.withHistory = withHistory;
  }

  /** Deletes all keys; a failure of one key does not stop the others. */
  public DeletionReport delete(Iterator<String> keys) {
    while (keys.hasNext()) {
      add(keys.next());
    }
    flush();
    return new DeletionReport(deleted, failures);
  }

  private void add(String key) {
    attempt(
        key,
        () -> {
          batch.computeIfAbsent(root.directory(key), level -> new ArrayList<>()).add(key);
          pending++;
        });
    if (pending == BATCH) {
      flush();
    }
  }

  private void flush() {
    batch.forEach(this::deleteOf);
    batch.clear();
    pending = 0;
  }

  private void deleteOf(StoreDirectory level, List<String> keys) {
    List<String> present = new ArrayList<>();
    for (String key : keys) {
      attempt(
          key,
          () -> {
            KeyFile file = root.file(key);
            if (file.exists() || (withHistory && file.history().exists())) {
              present.add(key);
            } else {
              deleted++;
            }
          });
    }
    if (present.isEmpty()) {
      return;
    }
    List<String> removed = new ArrayList<>();
    try (DirectoryLock lock = DirectoryLock.acquire(level, root.lockWait())) {
      PendingFile.sweep(level, lock.taken());
      for (String key : present) {
        attempt(
            key,
            () -> {
              remove(root.file(key));
              removed.add(key);
            });
      }
      // Cross-directory renames reach the disk with the directory that they left.
      Directories.sync(level.path());
      if (withHistory && Files.exists(level.histories())) {
        Directories.sync(level.histories());
      }
      deleted += removed.size();
    } catch (IOException e) {
      for (String key : present) {
        failed(key, removed.contains(key) ? new KeyFile.UnconfirmedException(e) : e);
      }
    }
  }

  private void remove(KeyFile file) throws IOException {
    if (withHistory) {
      file.purge();
    } else {
      file.delete();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void attempt(String key, Step step) {
    try {
      step.run();
    } catch (StoreException e) {
      failures.add(DeletionReport.Failure.of(key, e));
    } catch (IOException e) {
      failed(key, e);
    }
  }

  private void failed(String key, IOException e) {
    String what = root.describe(key) + " cannot be deleted";
    StoreException failure = FileErrorTranslator.translate(e, what, root.path());
    failures.add(DeletionReport.Failure.of(key, failure));
  }
}
