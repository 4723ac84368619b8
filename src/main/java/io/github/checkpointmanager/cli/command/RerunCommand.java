package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PipelineRun;
import io.github.checkpointmanager.cli.pipeline.PlanRows;
import io.github.checkpointmanager.cli.pipeline.RunFlags;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.Rerun;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rerun}: clears stages and runs the pipeline. */
@Command(
    name = "rerun",
    description = "Clear stages, after a plan, and run the pipeline.",
    footer = {
      "",
      "Ends as 'pipeline run' does; 1 when the question was answered with no. Clears nothing, and",
      "ends with 7, when a stage to clear could not run again."
    })
final class RerunCommand implements Subcommand {
  /** How often stages are cleared that others complete meanwhile. */
  private static final int ROUNDS = 5;

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

  @Override
  public int run(Session session) {
    flags.validate();
    try (OpenPipeline open = OpenPipeline.of(session, options)) {
      Rerun plan = which.of(open.read());
      // What a history keeps can be restored.
      boolean forGood = !plan.lost().isEmpty() && !isKept(open);
      if (!session.output().isJson()) {
        show(session.output(), plan, forGood);
      }
      if (confirmation.isDryRun()) {
        tell(session.output(), open, plan, null);
        return ExitCodes.DONE;
      }
      List<StageDecision> blocked =
          plan.afterwards().decisions().stream()
              .filter(decision -> decision.action() == StageDecision.Action.BLOCKED)
              .filter(decision -> plan.toClear().contains(decision.stage()))
              .toList();
      if (!blocked.isEmpty()) {
        throw couldNotRun(blocked.get(0), open.checkpoints().location());
      }
      if (forGood && !agreed(session, plan)) {
        return ExitCodes.NO;
      }
      Rerun cleared = clear(session.output(), open, plan);
      PipelineRun.Ended ended = new PipelineRun(session, open, flags).run();
      tell(session.output(), open, cleared, ended);
      return ended.exitCode();
    }
  }

  /**
   * A stage that had no record when it was planned may be completed by another worker before the
   * clear is over; it would be built on what is cleared. It is cleared too if that loses nothing
   * for good.
   */
  private Rerun clear(Output output, OpenPipeline open, Rerun plan) {
    List<String> cleared = new ArrayList<>();
    List<Checkpoint> lost = new ArrayList<>();
    Rerun next = plan;
    for (int round = 0; !next.toClear().isEmpty(); round++) {
      boolean isAgreed = round == 0 || next.lost().isEmpty() || isKept(open);
      if (!isAgreed || round == ROUNDS) {
        throw completedMeanwhile(next.toClear(), cleared, open.checkpoints().location());
      }
      if (round > 0) {
        output.note("to clear too, recorded meanwhile: " + String.join(", ", next.toClear()));
      }
      open.checkpoints().clear(next.toClear());
      cleared.addAll(next.toClear());
      lost.addAll(next.lost());
      next = which.of(open.read());
    }
    return new Rerun(cleared, lost, next.afterwards());
  }

  private static boolean isKept(OpenPipeline open) {
    return open.checkpoints().history().isKept();
  }

  private static CommandException completedMeanwhile(
      List<String> stages, List<String> cleared, String location) {
    return new CommandException(
        Problem.of(
                "busy",
                ExitCodes.BUSY,
                "Nothing was run, and cleared was " + String.join(", ", cleared),
                "another worker recorded " + String.join(", ", stages) + " meanwhile",
                "Run it again when no other run is at work there")
            .at(location, stages.get(0)));
  }

  /** The document; people have seen it all by now. */
  private static void tell(
      Output output, OpenPipeline open, Rerun plan, PipelineRun.@Nullable Ended ended) {
    if (output.isJson()) {
      output.document(PipelineJson.rerun(open, plan, ended));
    }
  }

  /**
   * What is known before anything is done goes to standard error, since stages write to the other.
   */
  private void show(Output output, Rerun plan, boolean forGood) {
    if (confirmation.isDryRun()) {
      output.table(PlanRows.of(plan.afterwards()));
    }
    output.note(
        plan.toClear().isEmpty()
            ? "no stage has anything to clear"
            : (confirmation.isDryRun() ? "would clear " : "to clear: ")
                + String.join(", ", plan.toClear()));
    String fate = forGood ? "lost for good: " : "kept in the history: ";
    for (Checkpoint lost : plan.lost()) {
      output.note(fate + lost.stage() + ", completed " + lost.completion());
    }
  }

  private static CommandException couldNotRun(StageDecision blocked, String location) {
    return new CommandException(
        Problem.of(
                "blocked",
                ExitCodes.STAGE_FAILED,
                "Nothing was cleared and nothing was run",
                "'" + blocked.stage() + "' could not run again: " + blocked.sentence(),
                "Correct that, and run it again")
            .at(location, blocked.stage()));
  }

  private boolean agreed(Session session, Rerun plan) {
    String stages = String.join(", ", plan.lost().stream().map(Checkpoint::stage).toList());
    Confirmation.Phrases wording =
        new Confirmation.Phrases(
            "clear",
            "cleared",
            String.format(
                Locale.ROOT,
                "the checkpoints of %s would be lost for good, since this location keeps no"
                    + " history, and no user can be asked",
                stages),
            "Give --yes to clear them all the same, or --dry-run to see the plan");
    return confirmation.isGiven(
        session,
        wording,
        () -> "Clear " + Text.count(plan.lost().size(), "checkpoint") + " for good and run");
  }
}
