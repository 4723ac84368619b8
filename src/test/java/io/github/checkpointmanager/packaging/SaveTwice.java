package io.github.checkpointmanager.packaging;

import io.github.checkpointmanager.CheckpointManager;
import java.io.PrintStream;

/** A program with the library: saves a stage of the location twice, and prints what it sees. */
final class SaveTwice {
  private SaveTwice() {}

  public static void main(String[] args) {
    PrintStream out = System.out;
    try (var checkpoints = CheckpointManager.open(args[0])) {
      out.println(checkpoints.has("train"));
      out.println(checkpoints.save("train").outcome());
      out.println(checkpoints.save("train").outcome());
      out.println(checkpoints.completed());
    }
  }
}
