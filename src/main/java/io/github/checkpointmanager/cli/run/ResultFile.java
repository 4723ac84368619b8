package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What {@code run} did, as JSON in a file: whole or not at all. */
public record ResultFile(Path file) {
  /**
   * Removes what an earlier run left, so that it is not taken for this run's.
   *
   * @throws CommandException it cannot be written here
   */
  public void prepare() {
    try {
      if (!Files.isDirectory(directory())) {
        throw CommandException.refused(
            "The result file " + file + " cannot be written",
            "its directory does not exist",
            "Create the directory, or name another file");
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /**
   * Writes the document, whole or not at all.
   *
   * @throws CommandException it cannot be written
   */
  public void write(RunResult document) {
    try {
      Path temporary = Files.createTempFile(directory(), ".checkpoint-result", null);
      try {
        Files.writeString(temporary, Json.write(document) + "\n", StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private Path directory() {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private CommandException refused(IOException e) {
    return CommandException.refused(
        "The result file " + file + " cannot be written", e, "Name a file that can be written");
  }
}
