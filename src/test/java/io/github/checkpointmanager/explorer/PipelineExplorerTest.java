package io.github.checkpointmanager.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.pipeline.DrivenRunner;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.RunReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of the requests of two claimed runs of a pipeline of two stages, the second
 * after the first, with the production classes over the memory store. The rules, at every step:
 *
 * <ul>
 *   <li>One worker at a time executes a stage, and no worker executes a stage twice in one run.
 *   <li>A stage begins only when a checkpoint of the stage before it has landed, and its own
 *       checkpoint names one that has.
 *   <li>Two runs of the same inputs do each stage once.
 *   <li>Two runs of other inputs, by fingerprints: a checkpoint names the checkpoint before it that
 *       was made from the same inputs, and a run that says that all is completed has completed
 *       every stage from its own inputs.
 * </ul>
 */
class PipelineExplorerTest {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final String FIRST = StageName.checkpointKey("a");

  private static Program runs(String value, ResumePolicy policy) {
    return context -> {
      context.pause("starts");
      try {
        RunReport report =
            DrivenRunner.run(
                context.manager(),
                pipeline(value, context),
                ClaimOptions.untilDeadline(LEASE),
                PlanOptions.standard().withPolicy(policy),
                context.timing());
        return Report.of(report.isComplete() ? Report.Outcome.SAVED : Report.Outcome.GIVEN_UP);
      } catch (CheckpointException e) {
        return Report.of(e);
      }
    };
  }

  private static Pipeline pipeline(String value, ProgramContext context) {
    return Pipeline.named("p")
        .stage(stage("a", value, context).build())
        .stage(stage("b", value, context).after("a").build())
        .build();
  }

  private static PipelineStage.Builder stage(String name, String value, ProgramContext context) {
    return PipelineStage.of(
            name,
            task -> {
              context.note("does " + name);
              context.pause("does " + name);
              context.note("did " + name);
            })
        .param("input", value);
  }

  /**
   * Who did what. Immutable.
   *
   * @param alike whether both runs have the same inputs
   * @param working the stages whose task runs, with the worker
   * @param begun which worker has begun which stage
   * @param firsts the checkpoints of the first stage that have landed: write id, worker
   * @param saved which worker's checkpoint of which stage has landed
   */
  private record Deeds(
      boolean alike,
      TreeMap<String, Integer> working,
      TreeSet<String> begun,
      TreeMap<String, Integer> firsts,
      TreeSet<String> saved)
      implements PipelineWorld.Facts<Deeds> {
    static Deeds none(boolean alike) {
      return new Deeds(alike, new TreeMap<>(), new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
    }

    private Deeds copy() {
      return new Deeds(
          alike,
          new TreeMap<>(working),
          new TreeSet<>(begun),
          new TreeMap<>(firsts),
          new TreeSet<>(saved));
    }

    @Override
    public Deeds after(int actor, String note) {
      String[] deed = note.split(" ", 2);
      String stage = deed[1];
      Deeds next = copy();
      if (deed[0].equals("did")) {
        next.working.remove(stage);
        return next;
      }
      require(next.working.put(stage, actor) == null, "one worker at a time", note);
      require(next.begun.add(stage + actor), "no stage twice in one run", note);
      require(
          !alike || next.begun.stream().filter(b -> b.startsWith(stage)).count() == 1,
          "each stage is done once",
          note);
      require(stage.equals("a") || !firsts.isEmpty(), "the stage before is completed", note);
      return next;
    }

    @Override
    public Deeds landed(Request write) {
      if (!write.key().endsWith(".checkpoint")) {
        return this;
      }
      Deeds next = copy();
      String id = write.written().header(Header.WRITE_ID).orElseThrow();
      int worker = WorkerRun.of(id).worker();
      if (write.key().equals(FIRST)) {
        next.firsts.put(id, worker);
        next.saved.add("a" + worker);
        return next;
      }
      String upstream = write.written().header(Header.UPSTREAM_PREFIX + "a").orElseThrow();
      require(firsts.containsKey(upstream), "a checkpoint names one that has landed", upstream);
      require(
          alike || Objects.equals(firsts.get(upstream), worker),
          "a checkpoint is built on the same inputs",
          upstream);
      next.saved.add("b" + worker);
      return next;
    }

    @Override
    public Deeds settled(PipelineWorld<?> world) {
      for (int i = 0; i < world.actors().size(); i++) {
        LocalState at = world.actors().get(i);
        if (at.hasEnded() && at.report().orElseThrow().outcome() == Report.Outcome.SAVED) {
          require(
              alike ? saved.size() >= 2 : saved.containsAll(List.of("a" + i, "b" + i)),
              "what a run calls completed was completed from its inputs",
              at.run().toString());
        }
      }
      return this;
    }

    @Override
    public Deeds same() {
      return this;
    }

    @Override
    public String summary() {
      return saved.toString();
    }

    private static void require(boolean holds, String rule, String what) {
      if (!holds) {
        throw new ViolationException(rule + ": " + what);
      }
    }
  }

  private static Set<String> explored(
      String name, boolean alike, int faults, List<Program> programs, int floor) {
    Counts counts = new Counts();
    var exploration = new PipelineExploration<Deeds>(counts);

    assertThat(
            exploration.run(
                PipelineWorld.begin(programs, StoreImage.EMPTY, faults, Deeds.none(alike), counts)))
        .isEmpty();

    System.out.printf(
        "explored %d executions, %d distinct states, 0 violations: %s, %d messages are lost (%d"
            + " runs of the production code); ends: %s%n",
        counts.steps(), counts.states(), name, faults, counts.runs(), exploration.ends());
    assertThat(counts.states()).as("states").isGreaterThan(floor);
    return exploration.ends();
  }

  /** As in {@link ExplorerTest}; with it, some gigabytes. */
  private static final int LOST = Boolean.getBoolean("checkpoint.explorer.larger") ? 1 : 0;

  @Test
  void everyInterleaving_ofTwoRunsOfOnePipeline_keepsTheRules() {
    Program runs = runs("1", ResumePolicy.EXISTS);

    assertThat(explored("two runs of a pipeline", true, 0, List.of(runs, runs), 80_000))
        .anyMatch(end -> end.startsWith("[SAVED, SAVED]"));
  }

  @Test
  void everyInterleaving_ofTwoRunsOfOtherInputs_keepsTheRules() {
    List<Program> programs =
        List.of(runs("1", ResumePolicy.FINGERPRINT), runs("2", ResumePolicy.FINGERPRINT));

    assertThat(explored("two runs of other inputs", false, LOST, programs, 12_000))
        .anyMatch(end -> end.startsWith("[SAVED, GIVEN_UP]"))
        .anyMatch(end -> end.startsWith("[SAVED, SAVED]"));
  }
}
