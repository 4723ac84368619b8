package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Lookup;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was read about one stage. Immutable.
 *
 * @param checkpoint its valid checkpoint
 * @param problem what stands in the checkpoint's place instead
 * @param inputs what it depends on now; empty when that was not looked at
 * @param outputs its declared outputs; empty when they were not looked at
 * @param claim its claim, read only where there is no valid checkpoint
 */
public record StageSeen(
    Optional<CheckpointFacts> checkpoint,
    Optional<Lookup.Invalid> problem,
    Optional<InputsSeen> inputs,
    List<OutputSeen> outputs,
    Optional<ClaimSeen> claim) {
  private static final StageSeen NOTHING =
      new StageSeen(
          Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  public StageSeen {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(inputs, "inputs");
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(claim, "claim");
  }

  /** There is nothing. */
  public static StageSeen nothing() {
    return NOTHING;
  }

  /** There is a checkpoint. */
  public static StageSeen completed(CheckpointFacts facts) {
    return new StageSeen(
        Optional.of(facts), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  /** There is something else in the checkpoint's place. */
  public static StageSeen broken(Lookup.Invalid problem) {
    return new StageSeen(
        Optional.empty(), Optional.of(problem), Optional.empty(), List.of(), Optional.empty());
  }

  public StageSeen withInputs(InputsSeen value) {
    return new StageSeen(checkpoint, problem, Optional.of(value), outputs, claim);
  }

  public StageSeen withOutputs(List<OutputSeen> value) {
    return new StageSeen(checkpoint, problem, inputs, value, claim);
  }

  public StageSeen withClaim(ClaimSeen value) {
    return new StageSeen(checkpoint, problem, inputs, outputs, Optional.of(value));
  }

  /** The same once its records are cleared. */
  StageSeen cleared() {
    return new StageSeen(Optional.empty(), Optional.empty(), inputs, List.of(), Optional.empty());
  }
}
