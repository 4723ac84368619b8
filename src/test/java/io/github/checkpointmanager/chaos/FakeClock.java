package io.github.checkpointmanager.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The wall clock of a process of its own, by libfaketime; it can be set while the process runs,
 * which sees it within a second. The monotonic clock stays the machine's.
 */
public final class FakeClock {
  private final Path file;

  private FakeClock(Path file) {
    this.file = file;
  }

  /**
   * A clock kept in a file.
   *
   * @param offset from the machine's, such as {@code +1h}
   */
  public static FakeClock in(Path file, String offset) {
    FakeClock clock = new FakeClock(file);
    clock.set(offset);
    return clock;
  }

  /** What the process is started with. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_PRELOAD", Library.PATH);
    environment.put("FAKETIME_TIMESTAMP_FILE", file.toAbsolutePath().toString());
    environment.put("FAKETIME_CACHE_DURATION", "1");
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    // It would make every timed wait of a JVM end at once.
    environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    environment.put("NO_FAKE_STAT", "1");
    return environment;
  }

  /** Sets it for the running process, to an offset as {@link #in} takes it. */
  public void set(String offset) {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, offset + "\n", UTF_8);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the library is, which its own command knows. */
  private static final class Library {
    private static final String PATH = find();

    private static String find() {
      try {
        Process process =
            new ProcessBuilder("faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD").start();
        String path = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() == 0 && !path.isEmpty()) {
          return path;
        }
        throw new IllegalStateException("faketime said '" + path + "'");
      } catch (IOException e) {
        throw new IllegalStateException("Install the package faketime, as .ci/run does", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
