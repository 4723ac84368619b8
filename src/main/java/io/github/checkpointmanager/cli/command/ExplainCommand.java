package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.InputComparison;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.List;
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
public final class ExplainCommand implements Callable<Integer> {
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

  public ExplainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (OpenPipeline open = OpenPipeline.of(session, options)) {
      Pipeline pipeline = open.pipeline();
      pipeline.stage(stage);
      PipelineSnapshot snapshot = open.runner().build().readWithAllInputs(pipeline);
      show(open, pipeline, comparison(open, snapshot));
    }
    return ExitCodes.DONE;
  }

  private InputComparison comparison(OpenPipeline open, PipelineSnapshot snapshot) {
    return against == null
        ? snapshot.compare(stage)
        : snapshot.compare(stage, open.checkpoints().history().read(stage, against));
  }

  private void show(OpenPipeline open, Pipeline pipeline, InputComparison comparison) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(PipelineJson.explanation(open, pipeline.name(), comparison));
      return;
    }
    StageDecision decision = comparison.decision();
    output.line(Text.printable(stage + ": " + decision.sentence()));
    output.line(
        Text.printable(
            comparison
                .before()
                .map(facts -> "compared with the checkpoint completed " + completion(facts))
                .orElse("there is no checkpoint to compare with")));
    table(comparison.components(), "COMPONENT").forEach(output::line);
    table(comparison.upstream(), "UPSTREAM").forEach(output::line);
  }

  private static String completion(Checkpoint facts) {
    return facts.completion() + ", " + facts.identity();
  }

  private static List<String> table(List<ComponentComparison> comparisons, String heading) {
    if (comparisons.isEmpty()) {
      return List.of();
    }
    Table table = new Table(heading, "CHANGED", "BEFORE", "NOW");
    for (ComponentComparison entry : comparisons) {
      table.row(
          entry.name(),
          entry.isChanged() ? "yes" : "no",
          entry.before().orElse(NONE),
          entry.after().orElse(NONE));
    }
    return table.lines();
  }
}
