package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Deletes keys in batches: one lock and one fsync for the keys of one level, two fsyncs when their
 * history is deleted too. For one thread.
 */
public final class FileDeletion {
  /** Small enough that the lock is held for moments only. */
  private static final int BATCH = 64;

  private final StoreRoot root;
  private final boolean withHistory;
  private final Map<StoreDirectory, List<Deletion>> batch = new LinkedHashMap<>();
  private final List<DeletionReport.Failure> failures = new ArrayList<>();
  private int pending;
  private long total;

  public FileDeletion(StoreRoot root, boolean withHistory) {
    this.root = root;
    this.withHistory = withHistory;
  }

  /** Deletes all keys; a failure of one key does not stop the others. */
  public DeletionReport delete(Iterator<Deletion> deletions) {
    for (; deletions.hasNext(); total++) {
      Deletion next = deletions.next();
      String key = next.key();
      attempt(
          key, () -> batch.computeIfAbsent(root.directory(key), l -> new ArrayList<>()).add(next));
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

  private void deleteOf(StoreDirectory level, List<Deletion> deletions) {
    List<Deletion> present =
        deletions.stream()
            .filter(d -> attempt(d.key(), () -> isPresent(root.file(d.key()))))
            .toList();
    if (present.isEmpty()) {
      confirmAbsence(level, deletions);
      return;
    }
    try (DirectoryLock lock = DirectoryLock.acquire(level, root.lockWait())) {
      PendingFile.sweep(level, lock.taken());
      List<Deletion> removed =
          present.stream().filter(d -> attempt(d.key(), () -> remove(d))).toList();
      try {
        for (Deletion deletion : removed) {
          root.file(deletion.key()).history().sync();
        }
        sync(level);
      } catch (IOException e) {
        unconfirmed(deletions, e);
      }
    } catch (IOException e) {
      present.forEach(d -> failed(d.key(), e));
    }
  }

  /**
   * An earlier deletion may have removed the keys without the disk's confirmation, and is now tried
   * again.
   */
  private void confirmAbsence(StoreDirectory level, List<Deletion> deletions) {
    try {
      if (Files.isDirectory(level.path())) {
        sync(level);
      }
    } catch (AccessDeniedException e) {
      // Then this user did not remove them.
    } catch (IOException e) {
      unconfirmed(deletions, e);
    }
  }

  /** Also of the keys that were absent: an earlier deletion may have removed them. */
  private void unconfirmed(List<Deletion> deletions, IOException e) {
    Set<String> failed =
        failures.stream().map(DeletionReport.Failure::key).collect(Collectors.toSet());
    deletions.stream()
        .filter(d -> !failed.contains(d.key()))
        .forEach(d -> failed(d.key(), new KeyFile.UnconfirmedException(e)));
  }

  private boolean isPresent(KeyFile file) throws IOException {
    return file.exists() || (withHistory && file.history().exists());
  }

  /** Under the lock of the level, so that no replace comes between comparison and deletion. */
  private boolean remove(Deletion deletion) throws IOException {
    KeyFile file = root.file(deletion.key());
    if (file.hasOtherThan(deletion.seen())) {
      failures.add(DeletionReport.Failure.conflict(deletion.key()));
      return false;
    }
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
