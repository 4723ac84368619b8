package io.github.checkpointmanager.cli.output;

import static io.github.checkpointmanager.cli.output.GoldenDocuments.STARTED_AT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.PayloadCodec;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The document of a failure, {@code {"error":{…}}}, for each of its kinds; the kinds that only
 * {@code run} has are in its result file. See {@link GoldenDocuments}.
 */
@Timeout(120)
class ErrorDocumentsTest {
  @TempDir private Path directory;

  private GoldenDocuments golden;
  private CommandRun command;

  @BeforeEach
  void prepare() throws IOException {
    golden = new GoldenDocuments(directory);
    command = golden.command().store(directory.resolve("checkpoints").toString());
    Files.createDirectories(directory.resolve("checkpoints"));
  }

  /** The document on standard error; there is nothing on standard output. */
  private String error(CommandRun run, String... args) {
    CommandRun.Result result =
        golden.run(
            run,
            Stream.concat(Stream.of("--output", "json"), Stream.of(args)).toArray(String[]::new));
    assertThat(result.out()).isEmpty();
    return result.err();
  }

  private String error(String... args) {
    return error(command, args);
  }

  /** A store whose reads fail. */
  private static final class Unreadable extends ForwardingStore {
    private final StoreException failure;

    Unreadable(StoreException failure) {
      super(new MemoryStore());
      this.failure = failure;
    }

    @Override
    public Optional<StoredObject> readHead(String key) {
      throw failure;
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONFLICT") // no store throws it
  void failureOfTheStore_hasItsKindAndRequestId(StoreException.Kind kind) {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    StoreException failure =
        new StoreException(kind, "the store's what", "the store's why", "The remedy", "REQ1", null);

    String document =
        error(
            golden.command().managers(() -> golden.manager().store(new Unreadable(failure))),
            "has",
            "train");

    golden.assertGolden("error/store-" + name + ".json", document);
  }

  @Test
  void usage() {
    golden.assertGolden("error/usage.json", error("save"));
  }

  @Test
  void invalid() {
    golden.assertGolden("error/invalid.json", error("save", ""));
  }

  @Test
  void absent() {
    golden.assertGolden("error/absent.json", error("get", "train"));
  }

  @Test
  void absentPayload_isAbsent() {
    command.run("save", "train");

    assertThat(error("get", "--payload", "train")).startsWith("{\"error\":{\"kind\":\"absent\",");
  }

  @Test
  void damaged() throws IOException {
    Files.createFile(directory.resolve("checkpoints/train.checkpoint"));

    golden.assertGolden("error/damaged.json", error("get", "train"));
  }

  /** Another worker replaces the checkpoint between the reading and the writing of this one. */
  @Test
  void conflict() {
    MemoryStore memory = new MemoryStore();
    FaultyStore store = FaultyStore.around(memory);
    CheckpointManager worker = golden.manager().store(memory).user("bob").host("w8").open();
    worker.save("train");
    store.before(1, () -> worker.replace(worker.get("train").orElseThrow(), SaveOptions.none()));

    golden.assertGolden(
        "error/conflict.json",
        error(
            golden.command().managers(() -> golden.manager().store(store)),
            "save",
            "train",
            "--replace"));
  }

  @Test
  void busy() {
    try (CheckpointManager worker = golden.manager().location(directory + "/checkpoints").open()) {
      worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5)));

      golden.assertGolden("error/busy.json", error("clear", "--yes"));
    }
  }

  @Test
  void incomplete() {
    ForwardingStore store =
        new ForwardingStore(new MemoryStore()) {
          @Override
          public DeletionReport delete(Stream<Deletion> deletions) {
            return new DeletionReport(
                0,
                deletions
                    .map(
                        deletion ->
                            new DeletionReport.Failure(
                                deletion.key(), StoreException.Kind.DENIED, "it is locked"))
                    .toList());
          }
        };
    store.create("train.checkpoint", "COMPLETED\n".getBytes(UTF_8));

    golden.assertGolden(
        "error/incomplete.json",
        error(
            golden.command().managers(() -> golden.manager().store(store)),
            "clear",
            "--yes",
            "train",
            "transform"));
  }

  @Test
  void payload() {
    command.run("save", "data_ingestion");

    golden.assertGolden("error/payload.json", error("demo"));
  }

  /** A stage that a rerun would clear, and that could not run again. */
  @Test
  void blocked() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("pipeline.yaml"),
            "{name: p, stages: {train: {run: 'true', inputs: rows.csv}}}");
    Files.createFile(directory.resolve("rows.csv"));
    command.run("pipeline", "run", "--file", file.toString());
    Files.delete(directory.resolve("rows.csv"));

    golden.assertGolden(
        "error/blocked.json", error("rerun", "--only", "train", "--file", file.toString()));
  }

  @Test
  void internal() {
    golden.assertGolden(
        "error/internal.json",
        error(
            command.managers(
                () -> {
                  throw new IllegalStateException("boom");
                }),
            "list"));
  }

  /** No command of today's has a codec that can fail. */
  @Test
  void notSaved() {
    PayloadCodec<String> codec =
        new PayloadCodec<>() {
          @Override
          public String contentType() {
            return "text/plain";
          }

          @Override
          public byte[] encode(String value) {
            throw new IllegalArgumentException("cannot be encoded");
          }

          @Override
          public String decode(byte[] bytes) {
            return "";
          }
        };
    Throwable failure;
    try (CheckpointManager checkpoints = golden.manager().store(new MemoryStore()).open()) {
      failure = catchThrowable(() -> checkpoints.stage("train", codec, () -> "value"));
    }

    golden.assertGolden(
        "error/not-saved.json", Json.write(Json.object().put("error", Problem.of(failure))) + "\n");
  }

  private String resultOf(List<String> options, String... cmd) throws IOException {
    Path file = directory.resolve("result.json");
    golden.run(
        command,
        Stream.of(
                Stream.of("run", "train", "--result-file", file.toString()),
                options.stream(),
                Stream.of("--"),
                Stream.of(cmd))
            .flatMap(words -> words)
            .toArray(String[]::new));
    return Files.readString(file);
  }

  @Test
  void notExecutable() throws IOException {
    golden.assertGolden(
        "run-result-file/not-executable.json", resultOf(List.of(), directory.toString()));
  }

  /** Sends TERM to this JVM, where the command under test handles it. */
  private static void terminate() {
    try {
      new ProcessBuilder("sh", "-c", "kill -s TERM $PPID").start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void interrupted() throws IOException {
    golden.setClock(STARTED_AT);
    try (CheckpointManager worker =
        golden.manager().location(directory + "/checkpoints").user("bob").host("w8").open()) {
      worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5)));
      command.onError(
          line -> {
            if (line.contains("waiting for train")) {
              terminate();
            }
          });

      golden.assertGolden("run-result-file/interrupted.json", resultOf(List.of("--claim"), "true"));
    }
  }
}
