package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.pipeline.CheckpointFacts;
import io.github.checkpointmanager.pipeline.Explanation;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.RecordsSeen;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a stage would run or be skipped, with what it depends on then and now. */
@Command(
    name = "explain",
    description = "Say why a stage would run or be skipped, and what changed since it completed.")
final class ExplainCommand implements Callable<Integer> {
  private static final String NONE = "-";

  private final Session session;

  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Option(
      names = "--against",
      paramLabel = "VERSION",
      description = "Compare with this version of its history, rather than with its checkpoint.")
  private @Nullable String against;

  @Mixin private final PipelineOptions options = new PipelineOptions();

  ExplainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (OpenPipeline open = OpenPipeline.of(session, options)) {
      Pipeline pipeline = open.pipeline();
      pipeline.stage(stage);
      RecordsSeen seen = open.reader().readWithAllInputs(pipeline, open.planOptions());
      show(open, pipeline, explanation(open, pipeline, seen));
    }
    return ExitCodes.DONE;
  }

  private Explanation explanation(OpenPipeline open, Pipeline pipeline, RecordsSeen seen) {
    if (against == null) {
      return Explanation.of(pipeline, stage, seen, open.planOptions());
    }
    Checkpoint older = open.checkpoints().history().read(stage, against);
    return Explanation.against(
        pipeline, stage, seen, open.planOptions(), Optional.of(CheckpointFacts.of(older)));
  }

  private void show(OpenPipeline open, Pipeline pipeline, Explanation explanation) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(PipelineJson.explanation(open, pipeline.name(), explanation));
      return;
    }
    StageDecision decision = explanation.decision();
    output.line(Text.printable(stage + ": " + decision.sentence()));
    output.line(
        Text.printable(
            explanation
                .before()
                .map(facts -> "compared with the checkpoint completed " + completion(facts))
                .orElse("there is no checkpoint to compare with")));
    table(explanation.components(), "COMPONENT").forEach(output::line);
    table(explanation.upstream(), "UPSTREAM").forEach(output::line);
  }

  private static String completion(CheckpointFacts facts) {
    return facts.completion() + ", " + facts.identity();
  }

  private static List<String> table(List<Explanation.Comparison> comparisons, String heading) {
    if (comparisons.isEmpty()) {
      return List.of();
    }
    Table table = new Table(heading, "CHANGED", "BEFORE", "NOW");
    for (Explanation.Comparison comparison : comparisons) {
      table.row(
          comparison.name(),
          comparison.isChanged() ? "yes" : "no",
          comparison.before().orElse(NONE),
          comparison.after().orElse(NONE));
    }
    return table.lines();
  }
}
