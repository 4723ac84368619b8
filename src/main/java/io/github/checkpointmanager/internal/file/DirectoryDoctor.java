package io.github.checkpointmanager.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The diagnosis of a directory: tries everything that the store needs, in a hidden subdirectory.
 * Removes that and every directory that it created. For one thread.
 */
public final class DirectoryDoctor {
  static final String OTHER_FILE_SYSTEM =
      "Use a file system that has hard links, atomic renames and POSIX locks";

  private static final int RACERS = 8;
  private static final byte[] ONE = "one".getBytes(UTF_8);
  private static final byte[] TWO = "two".getBytes(UTF_8);
  private static final long LITTLE_SPACE = 100L * 1024 * 1024;

  /** How the names of shared file systems begin on Linux and macOS. */
  private static final Set<String> SHARED =
      Set.of("nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "ceph", "glusterfs", "lustre", "afs");

  private final StoreRoot root;
  private final StoreDirectory level;
  private final StoreDirectory scratch;
  private final CheckpointStore probe;
  private final List<Finding> findings = new ArrayList<>();

  public DirectoryDoctor(StoreRoot root, Function<Path, CheckpointStore> stores) {
    this.root = root;
    this.level = new StoreDirectory(root.path());
    Path hidden = level.hidden().resolve("probe-" + UUID.randomUUID());
    this.scratch = new StoreDirectory(hidden);
    this.probe = stores.apply(hidden);
  }

  /** Runs all checks; an unfit directory is a finding, not an exception. */
  public List<Finding> run() {
    List<Path> made = missing();
    try {
      if (check("directory", this::create)) {
        probe();
      }
    } finally {
      removeAll(scratch.path());
      made.forEach(Directories::removeEmpty);
    }
    return List.copyOf(findings);
  }

  private void probe() {
    check("create if absent", this::createIfAbsent);
    check("compare and set", this::compareAndSet);
    check("racing creators", this::race);
    check("history", this::history);
    check("list and delete", this::listAndDelete);
    check("lock", this::lock);
    check("clock", this::clock);
    findings.add(volume("file system", this::fileSystem));
    findings.add(volume("free space", this::freeSpace));
  }

  /** Returns the directories that the diagnosis will create, innermost first. */
  private List<Path> missing() {
    return Stream.iterate(level.pendingFiles(), Objects::nonNull, Path::getParent)
        .takeWhile(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private String create() throws IOException {
    boolean existed = Files.isDirectory(root.path());
    Directories.create(level);
    Directories.create(scratch);
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

  private String createIfAbsent() {
    expect(probe.create("create", ONE).outcome() == Outcome.WRITTEN, "a file was not created");
    expect(
        probe.create("create", TWO).outcome() == Outcome.CONFLICT,
        "a file that exists was created again");
    expect(
        probe.read("create").map(StoredObject::version).equals(version(ONE)),
        "a file has other bytes than were written");
    return "the second create was refused";
  }

  private String compareAndSet() {
    Version first = written(probe.create("replace", ONE));
    Version second = written(probe.replace("replace", TWO, first));
    expect(
        probe.replace("replace", ONE, first).outcome() == Outcome.CONFLICT,
        "an old version was replaced");
    expect(
        probe.read("replace").map(StoredObject::version).equals(Optional.of(second)),
        "a rename did not take effect");
    return "an old version was refused, the current one replaced";
  }

  private static Optional<Version> version(byte[] content) {
    return Optional.of(FileState.versionOf(content));
  }

  private static Version written(WriteResult result) {
    return result.version().orElseThrow(() -> unfit("a write was answered " + result.outcome()));
  }

  private String race() {
    try {
      List<Outcome> outcomes =
          Race.run(RACERS, i -> probe.create("race", new byte[] {(byte) i}).outcome());
      long winners = outcomes.stream().filter(Outcome.WRITTEN::equals).count();
      expect(winners == 1, winners + " of " + RACERS + " creators won");
      return "one of " + RACERS + " won";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unfit("the race was interrupted");
    } catch (ExecutionException e) {
      throw unfit("a racer failed: " + e.getCause());
    }
  }

  private String history() {
    Version first = written(probe.create("history", ONE));
    written(probe.replace("history", TWO, first));
    List<StoredVersion> versions = probe.versions("history");
    expect(versions.size() == 2, "a replaced state is not in the history");
    StoredObject older = probe.readVersion("history", versions.get(1).versionId());
    expect(older.version().equals(first), "the history has other bytes than were written");
    return "a replaced state can be read";
  }

  private String listAndDelete() {
    written(probe.create("list", ONE));
    expect(isListed("list"), "a file that was created is not listed");
    expect(probe.delete(Deletion.ofEach("list")).isComplete(), "a file could not be deleted");
    expect(!isListed("list"), "a file that was deleted is listed");
    return "both take effect at once";
  }

  private boolean isListed(String key) {
    return probe.list("").iterator().next().objects().stream()
        .anyMatch(object -> object.key().equals(key));
  }

  /** Takes the real lock if it exists, so that a process that holds it is found. */
  private String lock() throws IOException {
    StoreDirectory locked = Files.exists(level.lock()) ? level : scratch;
    try (DirectoryLock lock = DirectoryLock.acquire(locked, root.lockWait())) {
      return "taken and released (" + lock.path() + ")";
    }
  }

  /** Compares three times of the file system; this machine's clock is not read. */
  private String clock() {
    Instant before = now();
    written(probe.create("clock", ONE));
    Instant written = probe.read("clock").orElseThrow().lastModified();
    Instant after = now();
    String seen = String.join(", ", before.toString(), written.toString(), after.toString());
    expect(
        !written.isBefore(before) && !after.isBefore(written),
        "the file system's clock runs backwards: it said " + seen);
    return "the file system's clock says " + after;
  }

  private Instant now() {
    return scratch.now().orElseThrow(() -> unfit("the file system's time cannot be read"));
  }

  private Finding fileSystem(String check) throws IOException {
    String type = Files.getFileStore(scratch.path()).type();
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
    long bytes = Files.getFileStore(scratch.path()).getUsableSpace();
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

  /** The failure of a check for which the file system is the cause. */
  private static StoreException unfit(String why) {
    return new StoreException(Kind.UNSUPPORTED, "The directory is unfit", why, OTHER_FILE_SYSTEM);
  }

  private static void expect(boolean held, String otherwise) {
    if (!held) {
      throw unfit(otherwise);
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
    Directories.removeEmpty(path);
  }
}
