package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.SaveResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;

/**
 * A program that saves and claims stages as it is asked, one request a line and one reply a line:
 *
 * <ul>
 *   <li>{@code OPEN location}: goes to another location, and saves a stage there, so that class
 *       loading, the connection and the probe of the server are done
 *   <li>{@code SAVE stage}: replies the outcome and the write id of the stage's checkpoint
 *   <li>{@code CLAIM stage}: replies {@code HELD} or {@code BUSY}, and the holder's process id
 * </ul>
 */
public final class RacingProgram {
  private RacingProgram() {}

  /** Starts it with the credentials of the tests. */
  public static ChildJvm start() {
    return ChildJvm.running(RacingProgram.class)
        .options("-Xmx96m")
        .environment(LocalStack.credentialsEnvironment())
        .start();
  }

  /** What runs in the other JVM. */
  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    String[] words = in.readLine().split(" ", 2);
    while (words[0].equals("OPEN")) {
      try (var checkpoints = CheckpointManager.open(words[1])) {
        out.println(save(checkpoints, "warm-up-" + ProcessHandle.current().pid()));
        words = serve(checkpoints, in, out);
      }
    }
  }

  /** Until the request that is for another location, or there is none. */
  private static String[] serve(CheckpointManager checkpoints, BufferedReader in, PrintStream out)
      throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "SAVE" -> out.println(save(checkpoints, words[1]));
        case "CLAIM" -> out.println(claim(checkpoints, words[1]));
        default -> {
          return words;
        }
      }
    }
    return new String[] {"END"};
  }

  private static String save(CheckpointManager checkpoints, String stage) {
    SaveResult result = checkpoints.save(stage);
    return result.outcome() + " " + result.checkpoint().orElseThrow().writeId().orElseThrow();
  }

  private static String claim(CheckpointManager checkpoints, String stage) {
    ClaimResult result = checkpoints.claim(stage, ClaimOptions.lease(Duration.ofMinutes(1)));
    if (result instanceof ClaimResult.Held) {
      return "HELD " + ProcessHandle.current().pid();
    }
    return "BUSY " + ((ClaimResult.Busy) result).by().orElseThrow().process();
  }
}
