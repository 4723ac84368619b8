package io.github.checkpointmanager.cli.demo;

import java.util.List;

/**
 * What a run of the demo did and found. Immutable.
 *
 * @param stages in order
 * @param rows of the CSV file
 * @param dropped rows that were incomplete
 * @param correct held-out penguins whose species was found
 * @param heldOut how many were held out
 */
public record DemoResult(List<Stage> stages, int rows, int dropped, int correct, int heldOut) {
  public DemoResult {
    stages = List.copyOf(stages);
  }

  /**
   * One stage.
   *
   * @param ran whether it ran this time, or was skipped because it has a checkpoint
   */
  public record Stage(String name, boolean ran) {}

  /** From 0 to 1. */
  public double accuracy() {
    return (double) correct / heldOut;
  }
}
