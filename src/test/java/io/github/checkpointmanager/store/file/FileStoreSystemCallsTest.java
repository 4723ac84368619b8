package io.github.checkpointmanager.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.ClearIncompleteException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process whose n-th system call of a kind fails, or kills it: afterwards nothing is lost that
 * was reported as saved, nothing is half visible, and the next command works. Needs {@code strace}
 * and the right to trace. Draws its cases by the property {@code systemcalls.seed}, so many as
 * {@code systemcalls.cases} says; a failure prints the seed.
 */
@Tag("extended")
@Timeout(value = 9, unit = TimeUnit.MINUTES)
class FileStoreSystemCallsTest {
  private static final List<String> CALLS =
      List.of(
          "openat",
          "write",
          "fsync",
          "?link,linkat",
          "?rename,?renameat,renameat2",
          "?unlink,unlinkat",
          "?mkdir,mkdirat",
          "?chmod,fchmodat");

  private static final List<String> FAULTS = List.of("signal=KILL", "error=EIO", "error=ENOSPC");

  /** More than any operation makes of one kind. */
  private static final int MOST_CALLS = 8;

  private static final String SAVED = "saved";
  private static final String FAILED = "failed";

  /** Only {@code UNKNOWN}, silence and death leave open what happened. */
  private static final String UNKNOWN = "unknown";

  private record Case(Operation operation, String calls, int call, String fault) {}

  /** What the other process does to a location that {@link #prepare} has made. */
  private enum Operation {
    SAVE {
      @Override
      void run(CheckpointManager checkpoints) {
        SaveResult unused = checkpoints.save("new", meta("3"));
      }
    },
    REPLACE {
      @Override
      void run(CheckpointManager checkpoints) {
        Checkpoint seen = checkpoints.get("a").orElseThrow();
        SaveResult unused = checkpoints.replace(seen, meta("3"));
      }
    },
    CLEAR {
      @Override
      void run(CheckpointManager checkpoints) {
        var unused = checkpoints.clear(List.of("a"));
      }
    },
    RESTORE {
      @Override
      void run(CheckpointManager checkpoints) {
        List<CheckpointVersion> versions = checkpoints.history().versions("a");
        var unused = checkpoints.history().restore("a", versions.get(1).versionId());
      }
    },
    CLAIM {
      @Override
      void run(CheckpointManager checkpoints) {
        checkpoints.stage("new", StageOptions.exclusive(Duration.ofSeconds(60)), context -> {});
      }
    };

    abstract void run(CheckpointManager checkpoints);

    private static SaveOptions meta(String value) {
      return SaveOptions.none().meta("value", value);
    }
  }

  @TempDir private Path directory;

  @Test
  void processWhoseSystemCallFails_losesNothingThatItReported() throws Exception {
    long seed = Long.getLong("systemcalls.seed", new Random().nextLong());
    List<Case> cases = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (String calls : CALLS) {
        for (String fault : FAULTS) {
          for (int call = 1; call <= MOST_CALLS; call++) {
            cases.add(new Case(operation, calls, call, fault));
          }
        }
      }
    }
    Collections.shuffle(cases, new Random(seed));

    List<String> all = new ArrayList<>();
    for (Case each : cases.subList(0, Integer.getInteger("systemcalls.cases", 80))) {
      Path location = Files.createTempDirectory(directory, "case");
      prepare(location);
      String told = runWithFault(each, location);
      all.add(told);
      try (CheckpointManager checkpoints = open(location)) {
        requireTruth(checkpoints, each.operation, told);
        requireUsable(checkpoints);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + each + ", told '" + told + "'", e);
      }
    }
    assertThat(all).as("faults took effect, seed %d", seed).contains("", FAILED, SAVED);
  }

  private static CheckpointManager open(Path location) {
    return CheckpointManager.open(location.toString());
  }

  private static void prepare(Path location) {
    try (CheckpointManager checkpoints = open(location)) {
      Checkpoint first = checkpoints.save("a", Operation.meta("1")).checkpoint().orElseThrow();
      SaveResult unused = checkpoints.replace(first, Operation.meta("2"));
    }
  }

  private static void requireTruth(
      CheckpointManager checkpoints, Operation operation, String told) {
    assertThat(checkpoints.verify().invalid()).isEmpty();
    assertThat(checkpoints.completed()).isSubsetOf("a", "new");
    Optional<String> a = valueOf(checkpoints, "a");
    boolean isNew = checkpoints.has("new");
    assertThat(checkpoints.history().versions("a")).hasSizeGreaterThanOrEqualTo(2);
    switch (operation) {
      case SAVE, CLAIM -> {
        assertThat(a).contains("2");
        requireOneOf(isNew, true, false, told);
      }
      case REPLACE -> requireOneOf(a, Optional.of("3"), Optional.of("2"), told);
      case CLEAR -> requireOneOf(a, Optional.empty(), Optional.of("2"), told);
      case RESTORE -> requireOneOf(a, Optional.of("1"), Optional.of("2"), told);
    }
  }

  private static <T> void requireOneOf(T now, T after, T before, String told) {
    switch (told) {
      case SAVED -> assertThat(now).isEqualTo(after);
      case FAILED -> assertThat(now).isEqualTo(before);
      default -> assertThat(now).isIn(before, after);
    }
  }

  private static Optional<String> valueOf(CheckpointManager checkpoints, String stage) {
    return checkpoints.get(stage).map(checkpoint -> checkpoint.meta().get("value"));
  }

  /** The next commands work, whatever the dead process left. */
  private static void requireUsable(CheckpointManager checkpoints) {
    SaveResult saved = checkpoints.save("next");
    assertThat(saved.outcome()).isEqualTo(SaveResult.Outcome.SAVED);
    Checkpoint again = checkpoints.save("a").checkpoint().orElseThrow();
    SaveResult replaced = checkpoints.replace(again, Operation.meta("4"));
    assertThat(replaced.outcome()).isEqualTo(SaveResult.Outcome.SAVED);
    assertThat(checkpoints.status()).isNotEmpty();
    List<CheckpointVersion> versions = checkpoints.history().versions("a");
    assertThat(versions).hasSizeGreaterThanOrEqualTo(3);
    assertThat(checkpoints.clear(List.of("a", "next")).stages()).contains("a", "next");
    assertThat(checkpoints.has("a")).isFalse();
  }

  /** Runs the operation in another process, and returns what it tells; empty if it was killed. */
  private String runWithFault(Case each, Path location) throws Exception {
    Path warmUp = Files.createTempDirectory(directory, "warm-up");
    prepare(warmUp);
    try (ChildJvm child =
        ChildJvm.running(
                Program.class, each.operation.name(), location.toString(), warmUp.toString())
            .start()) {
      assertThat(child.line()).isEqualTo("ready");
      WatchedProcess tracer = attach(child.pid(), each);
      try {
        child.say("go");
        return String.join("", child.rest());
      } finally {
        tracer.close();
      }
    }
  }

  private static WatchedProcess attach(long process, Case each) throws IOException {
    WatchedProcess tracer =
        WatchedProcess.start(
            new ProcessBuilder(
                    "strace",
                    "-f",
                    "-o",
                    "/dev/null",
                    "-e",
                    "trace=" + each.calls,
                    "-e",
                    "inject=" + each.calls + ":" + each.fault + ":when=" + each.call,
                    "-p",
                    String.valueOf(process))
                .redirectErrorStream(true));
    String said = tracer.process().inputReader(UTF_8).readLine();
    if (said == null || !said.contains("attached")) {
      tracer.close();
      throw new IllegalStateException("strace said: " + said);
    }
    return tracer;
  }

  /** The other process: has loaded its classes when it says that it is ready. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      Operation operation = Operation.valueOf(arguments[0]);
      PrintStream out = new PrintStream(System.out, true, UTF_8);
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      run(operation, arguments[2]);
      out.println("ready");
      if (in.readLine() != null) {
        out.println(run(operation, arguments[1]));
      }
    }

    private static String run(Operation operation, String location) {
      try (CheckpointManager checkpoints = CheckpointManager.open(location)) {
        operation.run(checkpoints);
        return SAVED;
      } catch (CheckpointException e) {
        return isUnknown(e) ? UNKNOWN : FAILED;
      }
    }

    private static boolean isUnknown(CheckpointException failure) {
      if (failure instanceof ClearIncompleteException) {
        return failure.why().contains("the outcome of some is unknown");
      }
      return Stream.<Throwable>iterate(failure, e -> e != null, Throwable::getCause)
          .anyMatch(
              e ->
                  e instanceof StoreException store
                      && store.kind() == StoreException.Kind.OUTCOME_UNKNOWN);
    }
  }
}
