package io.github.checkpointmanager.internal.file;

import java.nio.file.Path;

/**
 * One directory with the keys of one level, and where everything of ours is in it ({@code
 * docs/FORMAT.md}, "Directory store layout"). Lock, history and drafts belong to the level and not
 * to the store's root, so that two stores whose roots are nested agree about the keys that both
 * see.
 */
public record StoreDirectory(Path path) {
  /** Not listed, and refused as a part of keys. */
  public static final String HIDDEN = ".checkpoint-store";

  Path file(String name) {
    return path.resolve(name);
  }

  Path hidden() {
    return path.resolve(HIDDEN);
  }

  /** Files that are being written, and leftovers of processes that died while they wrote. */
  Path drafts() {
    return hidden().resolve("drafts");
  }

  /**
   * Locked for each replace and each batch of deletions. POSIX locks are dropped when the process
   * closes any descriptor of the file: nothing but {@link DirectoryLock} may open it.
   */
  Path lock() {
    return hidden().resolve("lock");
  }

  Path clock() {
    return hidden().resolve("clock");
  }

  Path histories() {
    return hidden().resolve("history");
  }

  Path history(String name) {
    return histories().resolve(name);
  }
}
