package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.InputComparison;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a stage would run or be skipped, with what it depends on then and now. */
@Command(
    name = "explain",
    description = "Say why a stage would run or be skipped, and what changed since it completed.")
final class ExplainCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Option(
      names = "--against",
      paramLabel = "VERSION",
      description = "Compare with this version of its history, rather than with its checkpoint.")
  private @Nullable String against;

  @Mixin private final PipelineOptions options = new PipelineOptions();

  @Override
  public int run(Session session) {
    try (OpenPipeline open = OpenPipeline.of(session, options)) {
      Pipeline pipeline = open.pipeline();
      pipeline.stage(stage);
      PipelineSnapshot snapshot = open.runner().build().readWithAllInputs(pipeline);
      InputComparison comparison =
          against == null
              ? snapshot.compare(stage)
              : snapshot.compare(stage, open.checkpoints().history().read(stage, against));
      if (session.output().isJson()) {
        session.output().document(PipelineJson.explanation(open, pipeline.name(), comparison));
      } else {
        show(session.output(), comparison);
      }
    }
    return ExitCodes.DONE;
  }

  private void show(Output output, InputComparison comparison) {
    output.line(stage + ": " + comparison.decision().sentence());
    output.line(
        comparison
            .before()
            .map(
                before ->
                    "compared with the checkpoint completed "
                        + before.completion()
                        + ", "
                        + before.identity())
            .orElse("there is no checkpoint to compare with"));
    table(output, "COMPONENT", comparison.components());
    table(output, "UPSTREAM", comparison.upstream());
  }

  private static void table(Output output, String heading, List<ComponentComparison> comparisons) {
    if (!comparisons.isEmpty()) {
      Table table = new Table(heading, "CHANGED", "BEFORE", "NOW");
      for (ComponentComparison entry : comparisons) {
        table.row(entry.name(), entry.isChanged() ? "yes" : "no", entry.before(), entry.after());
      }
      output.table(table);
    }
  }
}
