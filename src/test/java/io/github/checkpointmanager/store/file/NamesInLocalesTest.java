package io.github.checkpointmanager.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that the JVM cannot express are refused: two directories would count as one. */
class NamesInLocalesTest {
  @TempDir private Path directory;

  /** Opens the default location, or that of the variable, and saves a stage. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      String location = System.getenv().getOrDefault("CHECKPOINT_STORE", "checkpoints");
      try (CheckpointManager checkpoints = CheckpointManager.open(location)) {
        out.println(checkpoints.save("stage").outcome());
      } catch (RuntimeException e) {
        out.println(e.getMessage());
      }
    }
  }

  @Test
  void workingDirectory_thatTheLocaleCannotExpress_isRefused() {
    for (String name : List.of(named("\\316\\261"), named("\\316\\262"))) { // alpha, beta
      assertThat(run("POSIX", "mkdir " + name + " && cd " + name))
          .contains("below the working directory", "Set LC_ALL=C.UTF-8");
      assertThat(run("C.UTF-8", "cd " + name)).isEqualTo("SAVED");
    }
    assertThat(run("POSIX", "mkdir 'what?' && cd 'what?'")).isEqualTo("SAVED");
  }

  @Test
  void variable_thatIsNoText_isRefused() {
    for (String octal : List.of("\\366", "\\374")) {
      assertThat(run("C.UTF-8", "export CHECKPOINT_STORE=\"$PWD/\"" + named(octal)))
          .contains("is refused", "Set LC_ALL=C.UTF-8");
    }
    assertThat(run("POSIX", "export CHECKPOINT_STORE=memory:" + named("\\303\\266")))
        .contains("is refused");
    assertThat(directory).isEmptyDirectory();
  }

  /** A name with these bytes, whatever the locale of this JVM. */
  private static String named(String octal) {
    return "k$(printf '" + octal + "')ln";
  }

  /** Runs the program after a shell's script, and returns what it says. */
  private String run(String locale, String script) {
    try (ChildJvm child =
        ChildJvm.running(Program.class)
            .environment(Map.of("LC_ALL", locale))
            .classPath(absoluteClassPath())
            .launchedBy(
                List.of("sh", "-c", "cd \"$0\" && " + script + " && exec \"$@\"", directory + ""))
            .start()) {
      return child.rest().get(0);
    }
  }

  private static String absoluteClassPath() {
    return Stream.of(ChildJvm.testClassPath().split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void location_withTheReplacementCharacter_isInvalid() {
    assertThatThrownBy(() -> StoreLocation.parse("s3://bucket/k\ufffdln"))
        .isInstanceOf(StoreException.class)
        .extracting(e -> ((StoreException) e).kind())
        .isEqualTo(StoreException.Kind.INVALID);
  }
}
