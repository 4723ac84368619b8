package io.github.checkpointmanager.store.file;

import static io.github.checkpointmanager.testing.RecordedDisk.Kind.LINK;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.MAKE_DIRECTORY;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.RENAME;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.SYNC;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.WRITE_SYNCED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.testing.RecordedDisk;
import io.github.checkpointmanager.testing.RecordedDisk.Kind;
import io.github.checkpointmanager.testing.RecordedDisk.Step;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a write which was reported survives a power failure: the bytes are on the disk before they
 * get their name, and the name is on the disk before the call returns ({@code docs/FORMAT.md},
 * "Directory store layout").
 */
class FileStoreDurabilityTest {
  @TempDir private Path directory;
  private RecordedDisk disk;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    disk = RecordedDisk.at(directory);
    store = FileStore.at(disk.path().resolve("runs").resolve("etl"));
  }

  @Test
  void create_syncsTheBytesThenLinksThemThenSyncsTheDirectory() {
    create("warm-up");
    disk.clear();

    create("a");

    assertThat(withoutDeletions())
        .containsExactly(pendingFile(), new Step(LINK, "runs/etl/a"), new Step(SYNC, "runs/etl"));
  }

  @Test
  void firstCreate_syncsTheParentOfEachDirectoryThatItMakes() {
    create("a");

    assertThat(disk.steps())
        .containsSubsequence(
            new Step(MAKE_DIRECTORY, "runs"),
            new Step(SYNC, ""),
            new Step(MAKE_DIRECTORY, "runs/etl"),
            new Step(SYNC, "runs"));
  }

  @Test
  void replace_syncsTheBytesThenRenamesThemThenSyncsTheDirectory() {
    Version first = create("a");
    disk.clear();

    store.replace("a", "two".getBytes(UTF_8), first);

    assertThat(disk.steps())
        .containsSubsequence(
            pendingFile(), new Step(RENAME, "runs/etl/a"), new Step(SYNC, "runs/etl"));
  }

  @Test
  void delete_syncsTheDirectoryAfterTheFileHasLeftIt() {
    create("a");
    disk.clear();

    store.delete(Deletion.ofEach("a"));

    List<Step> steps = disk.steps();
    assertThat(steps.get(steps.size() - 1)).isEqualTo(new Step(SYNC, "runs/etl"));
    assertThat(kinds()).containsSubsequence(RENAME, SYNC);
  }

  @Test
  void purge_syncsTheDirectoryAndThatOfTheHistories() {
    create("a");
    store.delete(Deletion.ofEach("a"));
    disk.clear();

    store.purge(Deletion.ofEach("a"));

    assertThat(disk.steps())
        .endsWith(new Step(SYNC, "runs/etl"), new Step(SYNC, "runs/etl/.checkpoint-store/history"));
  }

  private Version create(String key) {
    return store.create(key, "one".getBytes(UTF_8)).version().orElseThrow();
  }

  /** The step that writes the pending file, whose name is random. */
  private Step pendingFile() {
    Step written = disk.steps().get(0);
    assertThat(written.kind()).isEqualTo(WRITE_SYNCED);
    assertThat(written.path()).startsWith("runs/etl/.checkpoint-store/drafts/");
    return written;
  }

  private List<Step> withoutDeletions() {
    return disk.steps().stream().filter(step -> step.kind() != Kind.DELETE).toList();
  }

  private List<Kind> kinds() {
    return disk.steps().stream().map(Step::kind).toList();
  }
}
