package io.github.checkpointmanager.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.DrivenRunner;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.rollback.DrivenRollback;
import io.github.checkpointmanager.pipeline.rollback.RollbackException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every interleaving of the requests of a claimed run of a pipeline and of a rollback of it, with
 * the production classes over the memory store; one write may get no reply. Two stages, the second
 * after the first, and a third that depends on none. The rules, at every step and state:
 *
 * <ul>
 *   <li>A stage begins only on the effects of the stages before it, and not while a rollback that
 *       has begun to compensate is not over.
 *   <li>A compensation begins only while no stage is at work.
 *   <li>While no rollback is unfinished and nothing is at work, every completed stage has its
 *       effect, and those of the stages before it.
 * </ul>
 *
 * <p>A crash is a worker that takes no further step: the rules hold in every state on the way.
 */
class RollbackExplorerTest {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final String JOURNAL = "rollback.journal";
  private static final Map<String, List<String>> BEFORE =
      Map.of("a", List.of(), "b", List.of("a"), "c", List.of());

  /** As in {@link ExplorerTest}. */
  private static final boolean LARGER = Boolean.getBoolean("checkpoint.explorer.larger");

  private static final Program RUNS = RollbackExplorerTest::runs;
  private static final Program ROLLS_BACK = RollbackExplorerTest::rollsBack;

  private static Pipeline pipeline(ProgramContext context) {
    return Pipeline.named("p")
        .stage(stage("a", context).build())
        .stage(stage("b", context).after("a").build())
        .stage(stage("c", context).build())
        .build();
  }

  private static PipelineStage.Builder stage(String name, ProgramContext context) {
    return PipelineStage.of(name, work(context, "does ", "did ", name))
        .compensation(work(context, "undoes ", "undid ", name));
  }

  private static PipelineTask work(ProgramContext context, String begin, String end, String name) {
    return task -> {
      context.note(begin + name);
      context.pause(begin + name);
      context.note(end + name);
    };
  }

  private static Report runs(ProgramContext context) {
    context.pause("starts");
    try {
      RunReport report =
          DrivenRunner.run(
              context.manager(),
              pipeline(context),
              ClaimOptions.untilDeadline(LEASE),
              context.timing());
      return Report.of(report.isComplete() ? Report.Outcome.SAVED : Report.Outcome.GIVEN_UP);
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  private static Report rollsBack(ProgramContext context) {
    context.pause("starts");
    try {
      return Report.of(
          DrivenRollback.run(context.manager(), pipeline(context), LEASE, context.timing())
                  .isComplete()
              ? Report.Outcome.CLEARED
              : Report.Outcome.FAILED);
    } catch (RollbackException e) {
      return Report.of(Report.Outcome.BUSY);
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  /**
   * What is in effect. Immutable.
   *
   * @param effects the stages that are in effect
   * @param working the stages whose task runs
   * @param undoing whether a compensation has begun in a rollback that is not over
   */
  private record Effects(TreeSet<String> effects, TreeSet<String> working, boolean undoing)
      implements PipelineWorld.Facts<Effects> {
    @Override
    public Effects after(int actor, String note) {
      String[] deed = note.split(" ", 2);
      String stage = deed[1];
      Effects next = new Effects(new TreeSet<>(effects), new TreeSet<>(working), undoing);
      switch (deed[0]) {
        case "does" -> {
          require(effects.containsAll(BEFORE.get(stage)), "a stage begins on its upstream", note);
          require(!undoing, "no stage begins in a rollback", note);
          next.working.add(stage);
        }
        case "did" -> {
          next.working.remove(stage);
          next.effects.add(stage);
        }
        case "undoes" -> {
          require(working.isEmpty(), "no stage is at work when a compensation begins", note);
          next.effects.remove(stage);
          return new Effects(next.effects, next.working, true);
        }
        default -> {}
      }
      return next;
    }

    @Override
    public Effects settled(PipelineWorld<?> world) {
      if (isJournalUnfinished(world.store())) {
        return this;
      }
      if (working.isEmpty()) {
        BEFORE.forEach(
            (stage, before) -> {
              if (world.store().content(StageName.checkpointKey(stage)).isPresent()) {
                require(
                    effects.contains(stage) && effects.containsAll(before),
                    "what is completed is in effect",
                    stage);
              }
            });
      }
      return new Effects(effects, working, false);
    }

    private static boolean isJournalUnfinished(StoreImage store) {
      return store
          .content(JOURNAL)
          .flatMap(Content::stageRecord)
          .filter(record -> record.state() == State.RUNNING)
          .isPresent();
    }

    @Override
    public Effects same() {
      return this;
    }

    @Override
    public String summary() {
      return effects.toString();
    }

    private void require(boolean holds, String rule, String what) {
      if (!holds) {
        throw new ViolationException(rule + ": " + what + ", in effect " + effects);
      }
    }
  }

  private static PipelineWorld<Effects> begin(Counts counts, int completed, int faults) {
    StoreImage store = StoreImage.EMPTY;
    TreeSet<String> effects = new TreeSet<>(List.of("a", "b").subList(0, completed));
    for (String stage : effects) {
      store = store.with(StageName.checkpointKey(stage), record(stage), Scenario.storeTime(0));
    }
    return PipelineWorld.begin(
        List.of(RUNS, ROLLS_BACK),
        store,
        faults,
        new Effects(effects, new TreeSet<>(), false),
        counts);
  }

  /** A checkpoint that a run of long ago saved. */
  private static Content record(String stage) {
    MemoryStore memory = new MemoryStore();
    try (CheckpointManager manager = DrivenManager.open(memory, Timing.system(), "x")) {
      manager.save(stage);
    }
    return Content.of(memory.read(StageName.checkpointKey(stage)).orElseThrow().content());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void everyInterleaving_ofARunAndARollback_keepsTheRules(int completed) {
    Counts counts = new Counts();
    var exploration = new PipelineExploration<Effects>(counts);

    Optional<String> violation = exploration.run(begin(counts, completed, 0));

    assertThat(violation).isEmpty();
    Set<String> ends = exploration.ends();
    System.out.printf(
        "explored %d executions, %d distinct states, 0 violations: a rollback beside a run, %d"
            + " stages completed before (%d runs of the production code); ends: %s%n",
        counts.steps(), counts.states(), completed, counts.runs(), ends);
    assertThat(counts.states()).as("states").isGreaterThan(3_000);
    assertThat(ends).anyMatch(end -> end.startsWith("[SAVED, "));
    assertThat(ends).anyMatch(end -> end.startsWith("[GIVEN_UP, CLEARED"));
    assertThat(ends).anyMatch(end -> end.contains(", BUSY]"));
  }

  @Test
  void everyInterleaving_withALostMessage_keepsTheRules() {
    Counts counts = new Counts();

    int completed = LARGER ? 1 : 2;

    assertThat(new PipelineExploration<Effects>(counts).run(begin(counts, completed, 1))).isEmpty();
    assertThat(counts.states()).as("states").isGreaterThan(20_000);
    System.out.printf(
        "explored %d executions, %d distinct states, 0 violations: a rollback beside a run, one"
            + " message is lost (%d runs of the production code)%n",
        counts.steps(), counts.states(), counts.runs());
  }
}
