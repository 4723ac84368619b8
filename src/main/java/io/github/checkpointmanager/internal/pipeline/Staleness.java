package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Why a valid checkpoint is stale: not what its stage would make now. Pure.
 *
 * @param now what the stage depends on now
 * @param upstream the states of the stages directly before it
 */
record Staleness(
    PipelineStage stage,
    Checkpoint recorded,
    RecordsSnapshot.Inputs now,
    Map<String, UpstreamState> upstream) {

  /** The changed components, without inputs that could not be identified now. */
  List<ComponentComparison> changes() {
    return recorded.fingerprint().isEmpty()
        ? List.of()
        : ComponentComparison.between(recorded.inputs(), now.components()).stream()
            .filter(ComponentComparison::isChanged)
            .filter(change -> !now.missing().containsKey(change.name()))
            .filter(change -> !now.unreadable().containsKey(change.name()))
            .toList();
  }

  List<Reason> reasons() {
    if (recorded.fingerprint().isEmpty()) {
      return withoutFingerprint();
    }
    List<Reason> reasons = new ArrayList<>();
    List<ComponentComparison> changes = changes();
    changes.forEach(change -> reasons.add(new Reason(Code.INPUT_CHANGED, change.sentence())));
    if (changes.isEmpty()
        && now.isComplete()
        && !recorded.fingerprint().get().equals(now.fingerprint().digest())) {
      reasons.add(new Reason(Code.INPUT_CHANGED, "its fingerprint does not match its components"));
    }
    addChangesOfUpstream(reasons);
    return reasons;
  }

  /** Only a stage that depends on nothing is fresh without a fingerprint. */
  private List<Reason> withoutFingerprint() {
    boolean dependsOnNothing =
        stage.after().isEmpty() && now.isComplete() && now.components().isEmpty();
    return dependsOnNothing
        ? List.of()
        : List.of(
            new Reason(
                Code.NO_FINGERPRINT, "its checkpoint does not say what its result depended on"));
  }

  private void addChangesOfUpstream(List<Reason> reasons) {
    for (String before : stage.after()) {
      if (!recorded.upstream().containsKey(before)) {
        reasons.add(
            new Reason(
                Code.UPSTREAM_SET_CHANGED,
                "it now depends on " + quoted(before) + ", and was not built on it"));
      }
    }
    for (String before : recorded.upstream().keySet()) {
      if (!stage.after().contains(before)) {
        reasons.add(
            new Reason(Code.UPSTREAM_SET_CHANGED, "it no longer depends on " + quoted(before)));
      }
    }
    for (String before : stage.after()) {
      UpstreamState seen = upstream.get(before);
      if (seen == null) {
        throw new IllegalArgumentException("nothing is known of upstream stage " + before);
      }
      if (seen.runs()) {
        reasons.add(new Reason(Code.UPSTREAM_RUNS, quoted(before) + " runs"));
      } else if (seen.checkpoint().isPresent()
          && recorded.upstream().containsKey(before)
          && !seen.checkpoint().get().identity().equals(recorded.upstream().get(before))) {
        reasons.add(
            new Reason(
                Code.UPSTREAM_RERUN,
                "it was built on another checkpoint of "
                    + quoted(before)
                    + " than the current one, completed "
                    + seen.checkpoint().get().completion()));
      }
    }
  }
}
