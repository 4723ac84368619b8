package io.github.checkpointmanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every command in every situation for which {@code docs/CLI.md} gives a status. Two more
 * situations are in {@code CommandLineTest}: 125 when standard output cannot be written, and 141
 * when nobody reads it.
 */
@Timeout(120)
class ExitCodesTest {
  /**
   * The situation, as words for {@link #prepare}; the command line; its status. In a command line
   * {@code OLDEST} is the first version of the stage {@code train}, {@code DIR} the test's
   * directory.
   */
  private static final String TABLE =
      """
      # run: the status of CMD, and what is not CMD's
                         | run train -- true                                         | 0
      saved              | run train -- false                                        | 0
                         | run train -- sh -c 'exit 1'                               | 1
                         | run train -- sh -c 'exit 255'                             | 255
                         | run train --claim -- sh -c 'exit 2'                       | 2
                         | run train -- sh -c 'kill -s KILL $$'                      | 137
                         | run train --claim -- sh -c 'kill -s KILL $$'              | 137
                         | run train                                                 | 125
                         | run train --bogus -- true                                 | 125
                         | run '' -- true                                            | 125
                         | run train --no-claim --lease 10s -- true                  | 125
                         | --store ftp://host run train -- true                      | 125
      unreadable         | run train -- true                                         | 125
      unreadable         | run train --claim -- true                                 | 125
      read-only          | run other --claim -- true                                 | 125
      bug                | run train -- true                                         | 125
                         | run train -- DIR                                          | 126
                         | run train -- no-such-program                              | 127
                         | run train --payload DIR/none -- true                      | 106
                         | run train --claim --payload DIR/none -- true              | 106
      read-only          | run other --no-claim -- true                              | 106
      saved              | run train --force -- sh -c 'printf "COMPLETED\\n" > $CHECKPOINT_STORE/train.checkpoint'         | 106
      saved              | run train --force --claim -- sh -c 'printf "COMPLETED\\n" > $CHECKPOINT_STORE/train.checkpoint' | 106
      saved cleared      | run train -- sh -c 'printf "COMPLETED\\n" > $CHECKPOINT_STORE/train.checkpoint'                 | 0
      claimed            | run train --claim --on-busy fail -- true                  | 103
      claimed            | run train --claim --wait-timeout 0s -- true               | 103
      failed             | run train --claim --max-attempts 1 -- true                | 103
      failed             | run train --claim --backoff 1h --on-busy fail -- true     | 103
      failed             | run train --claim --max-attempts 2 -- true                | 0
                         | run train --claim -- sh -c 'rm $CHECKPOINT_STORE/train.claim' | 104
      claimed term       | run train --claim -- true                                 | 143
                         | run train --help                                          | 0

      # one stage
                         | save train                                                | 0
      saved              | save train                                                | 0
      saved              | save train --replace                                      | 0
                         | save ''                                                   | 2
                         | save train --payload DIR/none                             | 2
                         | save train --meta novalue                                 | 2
                         | save                                                      | 2
                         | --store ftp://host save train                             | 2
      overtaken          | save train --replace                                      | 4
      unreadable         | save train --replace                                      | 6
      read-only          | save train                                                | 6
      bug                | save train                                                | 125
      saved              | has train                                                 | 0
                         | has train                                                 | 1
      damaged            | has train                                                 | 1
                         | has ''                                                    | 2
      unreadable         | has train                                                 | 6
      bug                | has train                                                 | 125
      saved              | get train                                                 | 0
                         | get train                                                 | 1
      saved              | get train --payload                                       | 1
                         | get ''                                                    | 2
      damaged            | get train                                                 | 5
      damaged            | get train --payload                                       | 5
      unreadable         | get train                                                 | 6
      bug                | get train                                                 | 125
      claimed            | release train --force --reason x                          | 0
                         | release train --force --reason x                          | 1
      claimed            | release train --reason x                                  | 2
      unreadable         | release train --force --reason x                          | 6
      bug                | release train --force --reason x                          | 125

      # a location
      saved damaged      | list                                                      | 0
                         | list                                                      | 0
                         | list x                                                    | 2
                         | --store ftp://host list                                   | 2
                         | --store= list                                             | 2
      unreadable         | list                                                      | 6
      bug                | list                                                      | 125
      saved damaged      | status --verify                                           | 0
      unreadable         | status                                                    | 6
                         | status x                                                  | 2
      bug                | status                                                    | 125
      saved              | verify                                                    | 0
      damaged            | verify                                                    | 5
      unreadable         | verify                                                    | 6
      bug                | verify                                                    | 125
      saved              | clear --yes                                               | 0
      saved              | clear --dry-run                                           | 0
      saved yes          | clear                                                     | 0
      saved no           | clear                                                     | 1
      saved              | clear                                                     | 2
      claimed            | clear --yes                                               | 3
      claimed            | clear --yes --force                                       | 0
      undeletable        | clear --yes                                               | 6
      unreadable         | clear --yes                                               | 6
      bug                | clear --yes                                               | 125
      saved              | purge --yes                                               | 0
      saved no           | purge                                                     | 1
      saved              | purge                                                     | 2
      claimed            | purge --yes                                               | 3
      undeletable        | purge --yes                                               | 6
      bug                | purge --yes                                               | 125
                         | doctor                                                    | 0
                         | doctor x                                                  | 2
                         | --store DIR/pipeline.yaml doctor                          | 6
                         | demo                                                      | 0
                         | demo --crash-after nothing                                | 2
      no-values          | demo                                                      | 5
      unreadable         | demo                                                      | 6
      bug                | demo                                                      | 125
                         | completion bash                                           | 0
                         | completion tcsh                                           | 2

      # history
      saved              | history train                                             | 0
                         | history train                                             | 0
      no-history         | history train                                             | 6
      bug                | history train                                             | 125
      saved              | restore train --version OLDEST                            | 0
      saved cleared      | restore train --version OLDEST                            | 0
      saved              | restore train --version OLDEST --dry-run                  | 0
      saved              | restore train --version v9                                | 2
      saved              | restore train --at 2001-01-01T00:00:00Z                   | 2
      saved              | restore train --at yesterday                              | 2
      saved              | restore train                                             | 2
      saved cleared claimed | restore train --version OLDEST                         | 3
      saved cleared claimed | restore train --version OLDEST --force                 | 0
      overtaken          | restore train --version v1                                | 4
      damaged            | restore train --version OLDEST                            | 5
      no-history         | restore train --version v1                                | 6
      read-only          | restore train --version v1                                | 6
      bug                | restore train --version v1                                | 125

      # a pipeline
                         | pipeline                                                  | 2
                         | pipeline run                                              | 0
                         | pipeline run --claim --jobs 2                             | 0
      broken             | pipeline run                                              | 7
      broken             | pipeline run --claim                                      | 7
      read-only          | pipeline run                                              | 6
      read-only          | pipeline run --claim                                      | 6
      read-only broken   | pipeline run                                              | 6
      unreadable         | pipeline run                                              | 6
                         | pipeline run --no-claim --lease 60s                       | 2
      misspelt           | pipeline run                                              | 2
      terminated         | pipeline run                                              | 143
      bug                | pipeline run                                              | 125
      broken             | pipeline plan                                             | 0
      misspelt           | pipeline plan                                             | 2
      unreadable         | pipeline plan                                             | 6
      broken             | pipeline status                                           | 0
      unreadable         | pipeline status                                           | 6
                         | explain clean                                             | 0
                         | explain claen                                             | 2
      unreadable         | explain clean                                             | 6
      ran                | explain clean --against v9                                | 2
      ran                | verify --outputs                                          | 0
      ran lost           | verify --outputs                                          | 5
      misspelt           | verify --outputs                                          | 2
      ran                | rerun --from ingest                                       | 0
      ran                | rerun --from ingest --dry-run                             | 0
      ran no-history no  | rerun --from ingest                                       | 1
      ran no-history yes | rerun --from ingest                                       | 0
      ran no-history     | rerun --from ingest                                       | 2
                         | rerun --from claen                                        | 2
                         | rerun                                                     | 2
      ran broken         | rerun --from clean                                        | 7
      read-only          | rerun --failed                                            | 6
      unreadable         | rerun --failed                                            | 6
      bug                | rerun --failed                                            | 125
      ran                | rollback --yes                                            | 0
      ran                | rollback --dry-run                                        | 0
      ran yes            | rollback                                                  | 0
      ran no             | rollback                                                  | 1
                         | rollback --journal                                        | 1
      ran                | rollback                                                  | 2
      ran                | rollback --to claen --yes                                 | 2
      ran clean-claimed  | rollback --yes                                            | 3
      ran stuck          | rollback --yes                                            | 7
      ran rollback-stuck | rollback --to ingest --yes                                | 4
      unreadable         | rollback --yes                                            | 6
      bug                | rollback --yes                                            | 125
      """;

  private static final Set<Operation> DELETIONS = EnumSet.of(Operation.DELETE, Operation.PURGE);
  private static final Set<Operation> WRITES =
      EnumSet.of(Operation.CREATE, Operation.REPLACE, Operation.DELETE, Operation.PURGE);

  private static final String ETL =
      """
      name: etl
      stages:
        ingest: {run: touch rows, outputs: rows, rollback: test ! -e stuck}
        clean: {run: test ! -e broken, rollback: test ! -e stuck, after: ingest}
      """;

  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir private Path directory;
  private final CommandRun command = new CommandRun();
  private String store = "";
  private CheckpointManager worker;

  private record Row(List<String> situation, String line, int status) {
    List<String> words() {
      return WORD.matcher(line)
          .results()
          .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
          .toList();
    }

    @Override
    public String toString() {
      return String.join(" ", situation) + " | " + line + " | " + status;
    }
  }

  static Stream<Row> rows() {
    return TABLE
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(
            line -> {
              String[] cells = line.split(" *\\| *", -1);
              return new Row(
                  Stream.of(cells[0].split(" ")).filter(word -> !word.isEmpty()).toList(),
                  cells[1],
                  Integer.parseInt(cells[2]));
            });
  }

  @BeforeEach
  void open() throws IOException {
    store = directory.resolve("checkpoints").toString();
    worker = CheckpointManager.open(store);
    Files.writeString(directory.resolve("pipeline.yaml"), ETL);
    Files.createDirectories(Path.of(store));
  }

  @AfterEach
  void close() {
    worker.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void status(Row row) throws IOException {
    command.path();
    for (String word : row.situation()) {
      prepare(word);
    }

    CommandRun.Result result = run(row.words());

    assertThat(result.status()).as(result.err()).isEqualTo(row.status());
  }

  private CommandRun.Result run(List<String> words) {
    List<String> line = new ArrayList<>();
    for (String word : words) {
      line.add(word.replace("DIR", directory.toString()).replace("OLDEST", oldest()));
    }
    int command = line.get(0).startsWith("--store") ? (line.get(0).contains("=") ? 1 : 2) : 0;
    if (Set.of("explain", "rerun", "rollback").contains(line.get(command))
        || (line.get(command).equals("pipeline") && line.size() > command + 1)
        || line.contains("--outputs")) {
      line.addAll(List.of("--file", directory.resolve("pipeline.yaml").toString()));
    }
    return this.command.store(store).run(line.toArray(String[]::new));
  }

  /** Empty when there is none. */
  private String oldest() {
    var versions = worker.history().versions("train");
    return versions.isEmpty() ? "" : versions.get(versions.size() - 1).versionId();
  }

  private void prepare(String word) throws IOException {
    switch (word) {
      case "saved" -> worker.save("train");
      case "cleared" -> worker.clear(List.of("train"));
      case "damaged" ->
          Files.writeString(Path.of(store, "train.checkpoint"), "COMPLETED\nWrite-Id: 0");
      case "claimed" -> claim("train");
      case "clean-claimed" -> {
        worker.clear(List.of("clean"));
        claim("clean");
      }
      case "failed" -> claim("train").fail("broken");
      case "no-values" -> worker.save("data_ingestion");
      case "yes", "no" -> command.typed(word + "\n");
      case "no-history" -> store = "file:" + store + "?history=0";
      case "ran" -> assertThat(run(List.of("pipeline", "run")).status()).isZero();
      case "broken", "stuck" -> Files.createFile(directory.resolve(word));
      case "lost" -> Files.delete(directory.resolve("rows"));
      case "rollback-stuck" -> {
        prepare("stuck");
        assertThat(run(List.of("rollback", "--yes")).status()).isEqualTo(7);
      }
      case "misspelt" ->
          Files.writeString(directory.resolve("pipeline.yaml"), "stages: {a: {rum: x}}");
      case "terminated" ->
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              "{name: p, stages: {a: {run: 'kill -s TERM $PPID; sleep 60'}, b: {run: 'true'}}}");
      case "term" ->
          command.onError(
              line -> {
                if (line.contains("waiting for train")) {
                  terminateThisJvm();
                }
              });
      case "bug" ->
          command.managers(
              () -> {
                throw new IllegalStateException("a bug");
              });
      case "unreadable" -> over(failing(call -> !WRITES.contains(call.operation())));
      case "read-only" -> over(failing(call -> WRITES.contains(call.operation())));
      case "undeletable" -> over(failing(call -> DELETIONS.contains(call.operation())));
      case "overtaken" -> over(overtaken());
      default -> throw new IllegalArgumentException(word);
    }
  }

  private Claim claim(String stage) {
    return ((ClaimResult.Held) worker.claim(stage, ClaimOptions.lease(Duration.ofMinutes(5))))
        .claim();
  }

  /** Every command uses this store. */
  private void over(CheckpointStore other) {
    command.managers(() -> CheckpointManager.builder().store(other));
  }

  private static CheckpointStore failing(Predicate<FaultyStore.Call> which) {
    MemoryStore memory = new MemoryStore();
    byte[] record = "COMPLETED\n".getBytes(UTF_8);
    Version first = memory.create("train.checkpoint", record).version().orElseThrow();
    memory.replace("train.checkpoint", "COMPLETED\r\n".getBytes(UTF_8), first);
    return FaultyStore.around(memory).failWhen(which, Fault.FAIL_BEFORE);
  }

  /** Another worker replaces the checkpoint of {@code train} just before the command does. */
  private static CheckpointStore overtaken() {
    MemoryStore memory = new MemoryStore();
    CheckpointManager other = CheckpointManager.builder().store(memory).open();
    Checkpoint first = other.save("train").checkpoint().orElseThrow();
    other.replace(first, SaveOptions.none());
    return new ForwardingStore(memory) {
      private boolean done;

      @Override
      public WriteResult replace(String key, byte[] content, Version expected) {
        if (!done) {
          done = true;
          other.replace(other.get("train").orElseThrow(), SaveOptions.none());
        }
        return super.replace(key, content, expected);
      }
    };
  }

  /** With the command's own handling of TERM. */
  private static void terminateThisJvm() {
    try {
      new ProcessBuilder("sh", "-c", "kill -s TERM $PPID").start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void table_hasEveryCommand() {
    Set<String> commands = new TreeSet<>();
    collect(CommandRun.commandLine(), "", commands);

    assertThat(commands)
        .hasSizeGreaterThan(20)
        .allSatisfy(
            name ->
                assertThat(rows()).anyMatch(row -> (" " + row.line() + " ").contains(name + " ")));
  }

  private static void collect(CommandLine command, String name, Set<String> names) {
    for (Map.Entry<String, CommandLine> below : command.getSubcommands().entrySet()) {
      names.add(name + " " + below.getKey());
      collect(below.getValue(), name + " " + below.getKey(), names);
    }
  }

  @Test
  void table_hasEveryStatus() throws IllegalAccessException {
    Set<Integer> statuses = new TreeSet<>();
    for (Field constant : ExitCodes.class.getFields()) {
      if (constant.getType() == int.class) {
        statuses.add(constant.getInt(null));
      }
    }
    statuses.removeAll(Set.of(ExitCodes.SIGNAL_BASE, ExitCodes.BROKEN_PIPE));

    assertThat(rows().map(Row::status)).containsAll(statuses);
  }
}
