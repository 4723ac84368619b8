package io.github.checkpointmanager.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** The checks of {@link DirectoryDoctor}, in a temporary store on the same file system. */
final class DirectoryChecks {
  private static final int RACERS = 8;
  private static final byte[] ONE = "one".getBytes(UTF_8);
  private static final byte[] TWO = "two".getBytes(UTF_8);

  private final CheckpointStore probe;
  private final StoreDirectory scratch;
  private final StoreDirectory real;

  DirectoryChecks(CheckpointStore probe, StoreDirectory scratch, StoreDirectory real) {
    this.probe = probe;
    this.scratch = scratch;
    this.real = real;
  }

  String create() {
    expect(probe.create("create", ONE).outcome() == Outcome.WRITTEN, "a file was not created");
    expect(
        probe.create("create", TWO).outcome() == Outcome.CONFLICT,
        "a file that exists was created again");
    expect(
        probe.read("create").map(StoredObject::version).equals(version(ONE)),
        "a file has other bytes than were written");
    return "the second create was refused";
  }

  String compareAndSet() {
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

  String race() {
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

  String history() {
    Version first = written(probe.create("history", ONE));
    written(probe.replace("history", TWO, first));
    List<StoredVersion> versions = probe.versions("history");
    expect(versions.size() == 2, "a replaced state is not in the history");
    StoredObject older = probe.readVersion("history", versions.get(1).versionId());
    expect(older.version().equals(first), "the history has other bytes than were written");
    return "a replaced state can be read";
  }

  String listAndDelete() {
    written(probe.create("list", ONE));
    expect(isListed("list"), "a file that was created is not listed");
    expect(probe.delete(Stream.of("list")).isComplete(), "a file could not be deleted");
    expect(!isListed("list"), "a file that was deleted is listed");
    return "both take effect at once";
  }

  private boolean isListed(String key) {
    return probe.list("").iterator().next().objects().stream()
        .anyMatch(object -> object.key().equals(key));
  }

  /** Takes the real lock if it exists, so that a process that holds it is found. */
  String lock(Duration wait) throws IOException {
    StoreDirectory level = Files.exists(real.lock()) ? real : scratch;
    try (DirectoryLock lock = DirectoryLock.acquire(level, wait)) {
      return "taken and released (" + lock.path() + ")";
    }
  }

  /** Compares three times of the file system; this machine's clock is not read. */
  String clock() {
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

  /** The failure of a check for which the file system is the cause. */
  private static StoreException unfit(String why) {
    return new StoreException(
        Kind.UNSUPPORTED, "The directory is unfit", why, DirectoryDoctor.OTHER_FILE_SYSTEM);
  }

  private static void expect(boolean held, String otherwise) {
    if (!held) {
      throw unfit(otherwise);
    }
  }
}
