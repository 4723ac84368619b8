package io.github.checkpointmanager.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * A program that claims a stage, without heartbeats, and then answers questions about its claim,
 * one a line:
 *
 * <ul>
 *   <li>{@code valid}: {@code true} or {@code false}
 *   <li>{@code renew}: {@code renewed} or {@code lost}
 *   <li>{@code complete}: the outcome, or {@code lost}
 * </ul>
 */
public final class ClaimingProgram {
  private ClaimingProgram() {}

  /** Starts it, and waits until it holds the claim. */
  static ChildJvm start(
      String location, String stage, Duration lease, Map<String, String> environment) {
    ChildJvm started =
        ChildJvm.running(ClaimingProgram.class, location, stage, lease.toString())
            .environment(environment)
            .start();
    String greeting = started.line();
    if (!greeting.equals("held")) {
      started.close();
      throw new IllegalStateException("the claiming program said " + greeting);
    }
    return started;
  }

  /** What runs in the other JVM. */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (CheckpointManager checkpoints = CheckpointManager.open(args[0])) {
      ClaimOptions options = ClaimOptions.untilDeadline(Duration.parse(args[2]));
      if (!(checkpoints.claim(args[1], options) instanceof ClaimResult.Held held)) {
        out.println("not held");
        return;
      }
      out.println("held");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(answer(held.claim(), line));
      }
    }
  }

  private static String answer(Claim claim, String question) {
    try {
      switch (question) {
        case "valid" -> {
          return Boolean.toString(claim.isValid());
        }
        case "renew" -> {
          claim.renew();
          return "renewed";
        }
        case "complete" -> {
          return claim.complete().outcome().name();
        }
        default -> throw new IllegalArgumentException(question);
      }
    } catch (ClaimLostException e) {
      return "lost";
    }
  }
}
