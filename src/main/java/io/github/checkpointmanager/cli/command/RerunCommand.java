package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PipelineRun;
import io.github.checkpointmanager.cli.pipeline.PlanRows;
import io.github.checkpointmanager.cli.pipeline.RunFlags;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.Rerun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rerun}: clears stages and runs the pipeline. */
@Command(
    name = RerunCommand.NAME,
    description = "Clear stages, after a plan, and run the pipeline.",
    footer = {"", "Ends as 'pipeline run' does; 1 when the question was answered with no."})
public final class RerunCommand implements Callable<Integer> {
  static final String NAME = "rerun";

  private final Session session;

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Mixin private final PipelineOptions options = new PipelineOptions();

  @Mixin private final RunFlags flags = new RunFlags();

  @Mixin private final Confirmation confirmation = new Confirmation();

  /** Which stages; one of the three. */
  private static final class Which {
    @Option(
        names = "--from",
        paramLabel = "STAGE",
        description = "This stage and everything that depends on it.")
    private @Nullable String from;

    @Option(
        names = "--only",
        paramLabel = "STAGE",
        arity = "1..*",
        description = "These stages and no others.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--failed", description = "The stages whose last attempt failed.")
    private boolean failed;

    Rerun of(PipelineSnapshot snapshot) {
      if (from != null) {
        return snapshot.rerunFrom(from);
      }
      return failed ? snapshot.rerunFailed() : snapshot.rerunOnly(only);
    }
  }

  public RerunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    flags.jobs();
    flags.lease();
    try (OpenPipeline open = OpenPipeline.of(session, options)) {
      Rerun plan = which.of(open.read(open.pipeline()));
      Json.Fields document = PipelineJson.rerun(open, confirmation.isDryRun(), plan);
      boolean forGood = losesForGood(open, plan);
      if (!session.output().isJson()) {
        show(plan, forGood);
      }
      if (confirmation.isDryRun()) {
        return finished(document, ExitCodes.DONE);
      }
      if (forGood && !agreed(plan)) {
        return ExitCodes.NO;
      }
      if (!plan.toClear().isEmpty()) {
        open.checkpoints().clear(plan.toClear());
      }
      PipelineRun.Ended ended = new PipelineRun(session, open, flags).run();
      document.put("report", PipelineJson.report(open, ended.report(), ended.exitCode()));
      return finished(document, ended.exitCode());
    }
  }

  private int finished(Json.Fields document, int status) {
    if (session.output().isJson()) {
      session.output().document(document);
    }
    return status;
  }

  /**
   * What is known before anything is done goes to standard error, since stages write to the other.
   */
  private void show(Rerun plan, boolean forGood) {
    Output output = session.output();
    if (confirmation.isDryRun()) {
      PlanRows.of(plan.afterwards()).forEach(output::line);
    }
    if (plan.toClear().isEmpty()) {
      output.note("no stage has anything to clear");
    } else {
      output.note(
          (confirmation.isDryRun() ? "would clear " : "to clear: ")
              + String.join(", ", plan.toClear()));
    }
    for (Checkpoint lost : plan.lost()) {
      output.note(
          (forGood ? "lost for good: " : "kept in the history: ")
              + lost.stage()
              + ", completed "
              + lost.completion());
    }
  }

  /** What a history keeps can be restored. */
  private static boolean losesForGood(OpenPipeline open, Rerun plan) {
    return !plan.lost().isEmpty() && !open.checkpoints().history().isKept();
  }

  private boolean agreed(Rerun plan) {
    String stages = String.join(", ", plan.lost().stream().map(Checkpoint::stage).toList());
    Confirmation.Wording wording =
        new Confirmation.Wording(
            "clear",
            "cleared",
            "the checkpoints of "
                + stages
                + " would be lost for good, since this location keeps no history, and nobody can be"
                + " asked",
            "Give --yes to clear them all the same, or --dry-run to see the plan");
    return confirmation.isGiven(
        session,
        wording,
        () -> "Clear " + Text.count(plan.lost().size(), "checkpoint") + " for good and run");
  }
}
