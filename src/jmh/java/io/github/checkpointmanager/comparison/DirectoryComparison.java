package io.github.checkpointmanager.comparison;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The library on a directory, and what people write themselves: a file that is created when a stage
 * is done, without a sync, and looked for before it runs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
public class DirectoryComparison {
  private Path directory;
  private Path bare;
  private CheckpointManager checkpoints;
  private long count;

  @Setup
  public void open() throws IOException {
    directory = Files.createTempDirectory("comparison");
    bare = Files.createDirectory(directory.resolve("bare"));
    Files.createFile(bare.resolve("done"));
    checkpoints = CheckpointManager.open(directory.resolve("job").toString());
    checkpoints.save("done");
  }

  @TearDown
  public void close() throws IOException {
    checkpoints.close();
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }

  @Benchmark
  public SaveResult save_library() {
    return checkpoints.save("stage-" + count++);
  }

  @Benchmark
  public Path save_instead() throws IOException {
    return Files.writeString(bare.resolve("stage-" + count++), "COMPLETED\n");
  }

  @Benchmark
  public boolean has_library() {
    return checkpoints.has("done");
  }

  @Benchmark
  public boolean has_instead() {
    return Files.exists(bare.resolve("done"));
  }

  @Benchmark
  public StageResult skip_library() {
    return checkpoints.stage("done", () -> {});
  }

  @Benchmark
  public boolean skip_instead() {
    return Files.exists(bare.resolve("done"));
  }
}
