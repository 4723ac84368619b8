package io.github.checkpointmanager.internal.pipeline.plan;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Fingerprint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was read about the stages of a pipeline, at about one time. Immutable. A stage that it does
 * not name has nothing recorded.
 *
 * @param stages by name
 */
public record RecordsSnapshot(Map<String, Stage> stages) {
  public RecordsSnapshot {
    stages = Map.copyOf(stages);
  }

  public Stage of(String stage) {
    return Objects.requireNonNull(stages.getOrDefault(stage, Stage.nothing()));
  }

  /** The same after a clear of these stages. */
  public RecordsSnapshot without(Collection<String> cleared) {
    Map<String, Stage> rest = new LinkedHashMap<>(stages);
    cleared.forEach(name -> rest.computeIfPresent(name, (key, stage) -> stage.cleared()));
    return new RecordsSnapshot(rest);
  }

  /**
   * What was read about one stage. Immutable.
   *
   * @param checkpoint its valid checkpoint
   * @param problem why the record under the checkpoint's key is not valid
   * @param inputs what the stage depends on now; empty when that was not read
   * @param outputs its declared outputs; empty when they were not read
   * @param claim its claim, read only where there is no valid checkpoint; for views, no plan
   *     depends on it
   */
  public record Stage(
      Optional<Checkpoint> checkpoint,
      Optional<Lookup.Invalid> problem,
      Optional<Inputs> inputs,
      List<DeclaredOutput> outputs,
      Optional<StageStatus> claim) {
    private static final Stage NOTHING =
        new Stage(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    public Stage {
      Objects.requireNonNull(checkpoint, "checkpoint");
      Objects.requireNonNull(problem, "problem");
      Objects.requireNonNull(inputs, "inputs");
      outputs = List.copyOf(outputs);
      Objects.requireNonNull(claim, "claim");
    }

    /** No record. */
    public static Stage nothing() {
      return NOTHING;
    }

    /** A valid checkpoint. */
    public static Stage completed(Checkpoint checkpoint) {
      return new Stage(
          Optional.of(checkpoint), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }

    /** A record that is no valid checkpoint. */
    public static Stage broken(Lookup.Invalid problem) {
      return new Stage(
          Optional.empty(), Optional.of(problem), Optional.empty(), List.of(), Optional.empty());
    }

    /** What was found under the stage's key. */
    public static Stage of(Lookup found) {
      return found
          .valid()
          .map(Stage::completed)
          .orElseGet(() -> found.invalid().map(Stage::broken).orElseGet(Stage::nothing));
    }

    /** Whether both have the same version of a valid checkpoint, or both none. */
    public boolean isSameAs(Stage other) {
      if (checkpoint.isEmpty() || other.checkpoint.isEmpty()) {
        return checkpoint.isEmpty() && other.checkpoint.isEmpty();
      }
      return checkpoint.get().isSameVersionAs(other.checkpoint.get());
    }

    public Stage withInputs(Inputs value) {
      return new Stage(checkpoint, problem, Optional.of(value), outputs, claim);
    }

    public Stage withOutputs(List<DeclaredOutput> value) {
      return new Stage(checkpoint, problem, inputs, value, claim);
    }

    public Stage withClaim(StageStatus value) {
      return new Stage(checkpoint, problem, inputs, outputs, Optional.of(value));
    }

    /** Whether anything is stored about the stage. */
    boolean isRecorded() {
      return checkpoint.isPresent() || problem.isPresent() || claim.isPresent();
    }

    /** The same after a clear. */
    Stage cleared() {
      return new Stage(Optional.empty(), Optional.empty(), inputs, List.of(), Optional.empty());
    }
  }

  /**
   * What a stage's result would depend on if it ran now. Immutable.
   *
   * @param components of the fingerprint, name to value; without those below
   * @param missing inputs that do not exist: component to a sentence
   * @param unreadable inputs that could not be identified: component to a sentence
   */
  public record Inputs(
      Map<String, String> components, Map<String, String> missing, Map<String, String> unreadable) {
    public Inputs {
      components = Collections.unmodifiableMap(new TreeMap<>(components));
      missing = Collections.unmodifiableMap(new TreeMap<>(missing));
      unreadable = Collections.unmodifiableMap(new TreeMap<>(unreadable));
    }

    /** Whether every input was identified. */
    public boolean isComplete() {
      return missing.isEmpty() && unreadable.isEmpty();
    }

    /**
     * The fingerprint.
     *
     * @throws IllegalStateException unless {@link #isComplete()}
     */
    public Fingerprint fingerprint() {
      if (!isComplete()) {
        throw new IllegalStateException("not all inputs were identified: " + missing + unreadable);
      }
      return Fingerprint.of(components);
    }
  }
}
