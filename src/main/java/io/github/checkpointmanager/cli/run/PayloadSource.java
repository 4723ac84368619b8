package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reads what {@code --payload} names, never more than a payload may have. */
public final class PayloadSource {
  private static final String STANDARD_INPUT = "-";
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String BYTES = "application/octet-stream";

  private PayloadSource() {}

  /** No checkpoint can hold it. */
  static final class TooLargeException extends CommandException {
    private static final long serialVersionUID = 1L;

    private TooLargeException(Problem problem) {
      super(problem);
    }
  }

  /**
   * @throws CommandException the file cannot be read or is too large
   */
  static SaveOptions file(SaveOptions options, String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return options.payload(contentType(file), bounded(file, in));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * As {@link #file}; {@code -} is standard input.
   *
   * @throws CommandException it cannot be read or is too large
   */
  public static SaveOptions fileOrInput(
      SaveOptions options, String file, InputStream standardInput) {
    if (!file.equals(STANDARD_INPUT)) {
      return file(options, file);
    }
    try {
      return options.payload(BYTES, bounded("from standard input", standardInput));
    } catch (IOException e) {
      throw unreadable("from standard input", e);
    }
  }

  private static CommandException unreadable(String file, IOException e) {
    return CommandException.refused(
        "The payload " + file + " cannot be read", e, "Give a file that can be read");
  }

  /** By plain reads: what the JDK offers to read it all seeks, which a pipe refuses. */
  private static byte[] bounded(String file, InputStream in) throws IOException {
    long limit = CheckpointManager.DEFAULT_MAX_PAYLOAD_BYTES;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      bytes.write(buffer, 0, n);
      if (bytes.size() > limit) {
        throw new TooLargeException(
            Problem.of(
                "invalid",
                ExitCodes.REFUSED,
                "The payload " + file + " is too large",
                "it has more than " + limit + " bytes",
                "Store it elsewhere and save its address, with --payload or --meta"));
      }
    }
    return bytes.toByteArray();
  }

  /** By the end of the name, the same on every system. */
  private static String contentType(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "json" -> "application/json";
      case "csv" -> "text/csv";
      case "txt", "log", "md" -> "text/plain; charset=utf-8";
      default -> BYTES;
    };
  }
}
