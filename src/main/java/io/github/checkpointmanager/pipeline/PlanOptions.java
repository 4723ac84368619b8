package io.github.checkpointmanager.pipeline;

import java.util.Collection;
import java.util.Objects;
import java.util.Set;

/**
 * How a run decides which stages run. Immutable.
 *
 * @param policy when a completed stage is skipped
 * @param checkOutputs whether a stage with a missing or changed output runs again
 * @param rerun stages that run although they are completed
 */
public record PlanOptions(ResumePolicy policy, boolean checkOutputs, Set<String> rerun) {
  public PlanOptions {
    Objects.requireNonNull(policy, "policy");
    rerun = Set.copyOf(rerun);
  }

  /** {@link ResumePolicy#EXISTS}, without a check of outputs and without reruns. */
  public static PlanOptions standard() {
    return new PlanOptions(ResumePolicy.EXISTS, false, Set.of());
  }

  public PlanOptions withPolicy(ResumePolicy value) {
    return new PlanOptions(value, checkOutputs, rerun);
  }

  public PlanOptions withCheckOutputs() {
    return new PlanOptions(policy, true, rerun);
  }

  public PlanOptions withRerun(Collection<String> stages) {
    return new PlanOptions(policy, checkOutputs, Set.copyOf(stages));
  }
}
