package io.github.checkpointmanager.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are found although a directory of the search path cannot be expressed. */
class ExecutablesTest {
  /** What the JVM makes of a name that the locale cannot express. */
  private static final String MANGLED = "/opt/pfad-\ufffd\ufffd";

  @TempDir private Path directory;

  @BeforeEach
  void makeProgram() throws IOException {
    assertThat(Files.createFile(directory.resolve("program")).toFile().setExecutable(true))
        .isTrue();
  }

  @Test
  void program_beforeADirectoryThatCannotBeExpressed_isFound() {
    assertThat(new Executables(directory + ":" + MANGLED).require("program"))
        .isEqualTo(directory.resolve("program"));
  }

  @Test
  void program_behindADirectoryThatCannotBeExpressed_isLeftToTheSystem() {
    assertThat(new Executables(MANGLED + ":" + directory).require("program"))
        .isEqualTo(Path.of("program"));
  }

  @Test
  void program_thatIsNotFound_isExplainedByTheLocale() {
    assertThatThrownBy(() -> new Executables(MANGLED + ":" + directory).require("other"))
        .hasMessageContaining("a directory that this process's locale cannot express")
        .hasMessageContaining("set LC_ALL=C.UTF-8");
  }
}
