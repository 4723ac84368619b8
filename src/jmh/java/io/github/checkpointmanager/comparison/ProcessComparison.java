package io.github.checkpointmanager.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whole processes: {@code bin/checkpoint} on a directory, and a shell script that touches a file
 * and tests for it. Most of the difference is the start of a JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProcessComparison {
  private String job;
  private String bare;
  private long count;

  @Setup
  public void prepare() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("comparison");
    job = directory.resolve("job").toString();
    bare = Files.createDirectory(directory.resolve("bare")).toString();
    checkpoint("save", "done"); // builds the command if need be
    Files.createFile(Path.of(bare, "done"));
  }

  private int checkpoint(String command, String... arguments)
      throws IOException, InterruptedException {
    String[] line = new String[arguments.length + 5];
    line[0] = "bin/checkpoint";
    line[1] = "-q";
    line[2] = "--store";
    line[3] = job;
    line[4] = command;
    System.arraycopy(arguments, 0, line, 5, arguments.length);
    return ended(line);
  }

  private static int ended(String... line) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(line)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException(String.join(" ", line) + " ended with " + status);
    }
    return status;
  }

  @Benchmark
  public int save_library() throws IOException, InterruptedException {
    return checkpoint("save", "stage-" + count++);
  }

  @Benchmark
  public int save_instead() throws IOException, InterruptedException {
    return ended("sh", "-c", "touch \"$0\"", bare + "/stage-" + count++);
  }

  @Benchmark
  public int has_library() throws IOException, InterruptedException {
    return checkpoint("has", "done");
  }

  @Benchmark
  public int has_instead() throws IOException, InterruptedException {
    return ended("sh", "-c", "test -e \"$0\"", bare + "/done");
  }

  @Benchmark
  public int skip_library() throws IOException, InterruptedException {
    return checkpoint("run", "done", "--", "false");
  }

  @Benchmark
  public int skip_instead() throws IOException, InterruptedException {
    return ended("sh", "-c", "test -e \"$0\" || { false && touch \"$0\"; }", bare + "/done");
  }
}
