package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The diagnosis of a directory: tries everything that the store needs, in a hidden subdirectory.
 * Removes that and every directory that it created. For one thread.
 */
public final class DirectoryDoctor {
  static final String OTHER_FILE_SYSTEM =
      "Use a file system that has hard links, atomic renames and POSIX locks";

  private static final long LITTLE_SPACE = 100L * 1024 * 1024;

  /** How the names of shared file systems begin on Linux and macOS. */
  private static final Set<String> SHARED =
      Set.of("nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "ceph", "glusterfs", "lustre", "afs");

  private final StoreRoot root;
  private final Function<Path, CheckpointStore> stores;
  private final StoreDirectory level;
  private final Path scratch;
  private final List<Finding> findings = new ArrayList<>();

  public DirectoryDoctor(StoreRoot root, Function<Path, CheckpointStore> stores) {
    this.root = root;
    this.stores = stores;
    this.level = new StoreDirectory(root.path());
    this.scratch = level.hidden().resolve("probe-" + UUID.randomUUID());
  }

  /** Runs all checks; an unfit directory is a finding, not an exception. */
  public List<Finding> run() {
    List<Path> made = missing();
    try {
      if (check("directory", this::create)) {
        probe();
      }
    } finally {
      removeAll(scratch);
      made.forEach(DirectoryDoctor::removeEmpty);
    }
    return List.copyOf(findings);
  }

  private void probe() {
    DirectoryChecks probes =
        new DirectoryChecks(stores.apply(scratch), new StoreDirectory(scratch), level);
    check("create if absent", probes::create);
    check("compare and set", probes::compareAndSet);
    check("racing creators", probes::race);
    check("history", probes::history);
    check("list and delete", probes::listAndDelete);
    check("lock", () -> probes.lock(root.lockWait()));
    check("clock", probes::clock);
    findings.add(volume("file system", this::fileSystem));
    findings.add(volume("free space", this::freeSpace));
  }

  /** Returns the directories that the diagnosis will create, innermost first. */
  private List<Path> missing() {
    return Stream.iterate(level.hidden(), Objects::nonNull, Path::getParent)
        .takeWhile(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private String create() throws IOException {
    boolean existed = Files.isDirectory(root.path());
    Directories.create(new StoreDirectory(scratch));
    return root.path()
        + (existed ? " exists and is writable" : " does not exist, and can be created");
  }

  private boolean check(String name, StoreRoot.Task<String> check) {
    try {
      findings.add(Finding.ok(name, root.call(name, "", check)));
      return true;
    } catch (StoreException e) {
      findings.add(Finding.failed(name, e));
      return false;
    }
  }

  private static void removeAll(Path path) {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Directories.list(path).forEach(DirectoryDoctor::removeAll);
      } catch (IOException e) {
        return;
      }
    }
    removeEmpty(path);
  }

  /** Removes a directory unless another process has put something into it. */
  private static void removeEmpty(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It stays, and does no harm.
    }
  }

  private Finding fileSystem(String check) throws IOException {
    String type = Files.getFileStore(scratch).type();
    String lower = type.toLowerCase(Locale.ROOT);
    return SHARED.stream().noneMatch(lower::startsWith)
        ? Finding.ok(check, type)
        : Finding.warning(
            check,
            type + " may be shared by machines, and one machine cannot see whether locks are too",
            "Mount it with locks that all its clients honour (NFS without nolock, SMB without"
                + " nobrl, Lustre with flock), or use S3");
  }

  private Finding freeSpace(String check) throws IOException {
    long bytes = Files.getFileStore(scratch).getUsableSpace();
    String detail = bytes / (1024 * 1024) + " MiB";
    return bytes < LITTLE_SPACE
        ? Finding.warning(check, detail, "Free some space")
        : Finding.ok(check, detail);
  }

  private interface VolumeCheck {
    Finding run(String check) throws IOException;
  }

  private Finding volume(String name, VolumeCheck check) {
    try {
      return check.run(name);
    } catch (IOException e) {
      return Finding.unknown(name, String.valueOf(e.getMessage()), "");
    }
  }
}
