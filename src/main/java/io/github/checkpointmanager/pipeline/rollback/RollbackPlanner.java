package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.internal.pipeline.declaration.RecordOwner;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plans a rollback from the location's checkpoints. Immutable and thread-safe.
 *
 * @param target the stage to go back to; empty for a rollback of everything
 */
record RollbackPlanner(
    CheckpointManager checkpoints,
    Pipeline pipeline,
    String target,
    boolean leaveUndeclared,
    boolean adopts) {
  /**
   * Reads all checkpoints and plans. LISTs and 1 GET for each checkpoint.
   *
   * @param unfinished the journal of the rollback to resume
   */
  RollbackPlan plan(Optional<RollbackJournal> unfinished) {
    unfinished.ifPresent(this::requireSameTarget);
    Set<String> affected = affected();
    Map<String, Checkpoint> completed = new TreeMap<>();
    checkpoints.list().checkpoints().forEach(c -> completed.put(c.stage(), c));
    if (!adopts) {
      RecordOwner.require(
          pipeline.name(),
          checkpoints.location(),
          completed.values().stream().filter(c -> affected.contains(c.stage())));
    }
    List<PipelineStage> reverse = new ArrayList<>(pipeline.order());
    Collections.reverse(reverse);
    List<RollbackStep> steps = new ArrayList<>();
    for (PipelineStage stage : reverse) {
      Checkpoint checkpoint = completed.get(stage.name());
      if (checkpoint != null && affected.contains(stage.name())) {
        steps.add(step(stage, checkpoint, unfinished));
      }
    }
    return new RollbackPlan(
        Optional.of(target).filter(stage -> !stage.isEmpty()),
        steps,
        unfinished.isPresent(),
        undeclared(completed),
        leaveUndeclared);
  }

  private void requireSameTarget(RollbackJournal unfinished) {
    if (!unfinished.target().orElse("").equals(target)) {
      String begun = unfinished.target().map(t -> "to " + quoted(t)).orElse("of everything");
      throw new RollbackException(
          RollbackException.Kind.CONFLICT,
          "The rollback did not begin",
          "another rollback, " + begun + ", was interrupted",
          "Run that rollback again until it is finished",
          null);
    }
  }

  /** The stages that the rollback undoes if they are completed. */
  private Set<String> affected() {
    if (target.isEmpty()) {
      return pipeline.order().stream().map(PipelineStage::name).collect(Collectors.toSet());
    }
    Set<String> stages = new HashSet<>(pipeline.withDownstream(List.of(target)));
    stages.remove(target);
    return stages;
  }

  /**
   * The completed stages of this pipeline that it does not declare. With a target only those that
   * were built on it or on what it undoes, directly or not, as their checkpoints say.
   */
  private List<String> undeclared(Map<String, Checkpoint> completed) {
    Set<String> declared =
        pipeline.order().stream().map(PipelineStage::name).collect(Collectors.toSet());
    Map<String, Checkpoint> candidates = new TreeMap<>(completed);
    candidates.keySet().removeAll(declared);
    candidates.values().removeIf(checkpoint -> !isOfThisPipeline(checkpoint));
    if (target.isEmpty()) {
      return List.copyOf(candidates.keySet());
    }
    Set<String> undone = affected();
    undone.add(target);
    Map<String, Checkpoint> found = new TreeMap<>();
    int before;
    do {
      before = found.size();
      candidates.forEach(
          (stage, checkpoint) -> {
            if (!Collections.disjoint(checkpoint.upstream().keySet(), undone)) {
              found.put(stage, checkpoint);
            }
          });
      undone.addAll(found.keySet());
    } while (found.size() > before);
    return List.copyOf(found.keySet());
  }

  /** Records of older versions do not name their pipeline, but only pipelines fingerprint. */
  private boolean isOfThisPipeline(Checkpoint checkpoint) {
    return checkpoint.pipeline().isEmpty()
        ? checkpoint.fingerprint().isPresent()
        : adopts || checkpoint.pipeline().get().equals(pipeline.name());
  }

  private static RollbackStep step(
      PipelineStage stage, Checkpoint checkpoint, Optional<RollbackJournal> unfinished) {
    if (stage.compensation().isEmpty()) {
      return new RollbackStep(checkpoint, RollbackStep.Action.FORGET, 0, List.of());
    }
    String origin = RollbackStep.origin(checkpoint);
    if (unfinished.filter(j -> j.isCompensated(stage.name(), origin)).isPresent()) {
      return new RollbackStep(checkpoint, RollbackStep.Action.RESUME, 0, List.of());
    }
    long before = unfinished.map(j -> j.attempts(stage.name(), origin)).orElse(0L);
    return new RollbackStep(
        checkpoint,
        RollbackStep.Action.COMPENSATE,
        before + 1,
        StepParameter.of(checkpoint, stage.params()));
  }
}
