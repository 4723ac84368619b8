package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Fingerprint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was read about the stages of a pipeline, at about one time. Immutable. A stage that it does
 * not name has nothing recorded.
 *
 * @param stages by name
 * @param rollback the journal of rollbacks, read before the stages
 */
record RecordsSnapshot(Map<String, Stage> stages, SeenRollback rollback) {
  RecordsSnapshot {
    stages = Map.copyOf(stages);
  }

  Stage of(String stage) {
    Stage read = stages.get(stage);
    return read == null ? Stage.of(new Lookup.Absent(stage)) : read;
  }

  /** The same after a clear of these stages. */
  RecordsSnapshot without(Collection<String> cleared) {
    Map<String, Stage> rest = new LinkedHashMap<>(stages);
    cleared.forEach(name -> rest.computeIfPresent(name, (key, stage) -> stage.cleared()));
    return new RecordsSnapshot(rest, rollback);
  }

  /**
   * What was read about one stage. Immutable.
   *
   * @param found what its checkpoint's key holds
   * @param inputs what the stage depends on now; empty when that was not read
   * @param obstacles why it could not run now, apart from what its inputs say if they were read
   * @param outputs its declared outputs; empty when they were not read
   * @param claim its claim, read only where there is no valid checkpoint; for views, no plan
   *     depends on it
   */
  record Stage(
      Lookup found,
      Optional<Inputs> inputs,
      List<Reason> obstacles,
      List<DeclaredOutput> outputs,
      Optional<StageStatus> claim) {
    Stage {
      obstacles = List.copyOf(obstacles);
      outputs = List.copyOf(outputs);
    }

    static Stage of(Lookup found) {
      return new Stage(found, Optional.empty(), List.of(), List.of(), Optional.empty());
    }

    /** Its valid checkpoint. */
    Optional<Checkpoint> checkpoint() {
      return found.valid();
    }

    /** Why its record is not valid. */
    Optional<Lookup.Invalid> problem() {
      return found.invalid();
    }

    /** Whether both have the same version of a valid checkpoint, or both none. */
    boolean isSameAs(Stage other) {
      Optional<Checkpoint> mine = checkpoint();
      Optional<Checkpoint> theirs = other.checkpoint();
      if (mine.isPresent() && theirs.isPresent()) {
        return mine.get().isSameVersionAs(theirs.get());
      }
      return mine.isEmpty() && theirs.isEmpty();
    }

    Stage withInputs(Inputs value) {
      return new Stage(found, Optional.of(value), obstacles, outputs, claim);
    }

    Stage withObstacles(List<Reason> value) {
      return new Stage(found, inputs, value, outputs, claim);
    }

    /** Why it cannot run now, as far as that is known. */
    List<Reason> whyNotNow() {
      return Stream.concat(
              obstacles.stream(), inputs.stream().flatMap(read -> read.obstacles().stream()))
          .toList();
    }

    /** Why it cannot run even after the stages before it have. */
    List<Reason> whyNever() {
      return obstacles.stream().filter(o -> o.code() == Reason.Code.ATTEMPTS_EXHAUSTED).toList();
    }

    Stage withOutputs(List<DeclaredOutput> value) {
      return new Stage(found, inputs, obstacles, value, claim);
    }

    Stage withClaim(StageStatus value) {
      return new Stage(found, inputs, obstacles, outputs, Optional.of(value));
    }

    /** Whether anything is stored about the stage. */
    boolean isRecorded() {
      return !(found instanceof Lookup.Absent) || claim.isPresent();
    }

    /** The same after a clear. */
    Stage cleared() {
      return new Stage(
          new Lookup.Absent(found.stage()), inputs, obstacles, List.of(), Optional.empty());
    }
  }

  /**
   * What a stage's result would depend on if it ran now. Immutable.
   *
   * @param components of the fingerprint, name to value; without those below
   * @param missing inputs that do not exist: component to a sentence
   * @param unreadable inputs that could not be identified: component to a sentence
   */
  record Inputs(
      Map<String, String> components, Map<String, String> missing, Map<String, String> unreadable) {
    Inputs {
      components = Collections.unmodifiableMap(new TreeMap<>(components));
      missing = Collections.unmodifiableMap(new TreeMap<>(missing));
      unreadable = Collections.unmodifiableMap(new TreeMap<>(unreadable));
    }

    /** Whether every input was identified. */
    boolean isComplete() {
      return missing.isEmpty() && unreadable.isEmpty();
    }

    /** Why the stage cannot run now. */
    List<Reason> obstacles() {
      List<Reason> obstacles = new ArrayList<>();
      missing.values().forEach(what -> obstacles.add(new Reason(Code.INPUT_MISSING, what)));
      unreadable.values().forEach(why -> obstacles.add(new Reason(Code.INPUT_UNREADABLE, why)));
      return obstacles;
    }

    /**
     * The fingerprint.
     *
     * @throws IllegalStateException unless {@link #isComplete()}
     */
    Fingerprint fingerprint() {
      if (!isComplete()) {
        throw new IllegalStateException("not all inputs were identified: " + missing + unreadable);
      }
      return Fingerprint.of(components);
    }
  }
}
