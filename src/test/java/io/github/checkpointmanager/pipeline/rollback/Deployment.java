package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.TaskContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Three steps whose compensations note what they did; {@code migrate, deploy, switch}. */
final class Deployment {
  static final List<String> STEPS = List.of("migrate", "deploy", "switch");

  /** The steps that are in effect: a compensation removes its step, however often it runs. */
  final Set<String> effects = new LinkedHashSet<>(STEPS);

  /** {@code stage#attempt} of each compensation that was started. */
  final List<String> compensations = new ArrayList<>();

  /** Runs inside each compensation, after it was noted and before it takes effect. */
  Hook during = context -> {};

  interface Hook {
    void run(TaskContext context) throws Throwable;
  }

  Pipeline pipeline() {
    var pipeline = Pipeline.named("deployment");
    for (String step : STEPS) {
      pipeline.then(PipelineStage.of(step, task -> effects.add(step)).compensation(this::undo));
    }
    return pipeline.build();
  }

  private void undo(TaskContext context) throws Throwable {
    compensations.add(context.stage() + "#" + context.attempt());
    during.run(context);
    effects.remove(context.stage());
  }

  static void complete(CheckpointManager checkpoints, List<String> stages) {
    stages.forEach(checkpoints::save);
  }
}
