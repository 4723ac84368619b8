package io.github.checkpointmanager.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.testing.Generator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The planner against a naive model, over random pipelines and random records. The model asks for
 * each stage, recursively and without any memory, what the documentation promises.
 */
class ResumePlannerPropertiesTest {
  /** What a stage's record is like. */
  private enum Standing {
    FRESH,
    HOME_MADE,
    INPUT_CHANGED,
    UPSTREAM_REPLACED,
    UPSTREAM_ADDED,
    UPSTREAM_REMOVED,
    OUTPUT_MISSING,
    ABSENT,
    DAMAGED,
    UNREADABLE,
    INPUT_MISSING
  }

  /** A random pipeline, the records in its store, and the expected plan. */
  private static final class World {
    final Pipeline pipeline;
    final PlanOptions options;
    final Map<String, Standing> standings = new HashMap<>();
    final RecordsSnapshot seen;

    World(int size, long seed) {
      Random random = new Random(seed);
      Pipeline.Builder builder = Pipeline.named("p");
      Map<String, RecordsSnapshot.Stage> stages = new HashMap<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        String name = "s" + i;
        PipelineStage.Builder stage = PipelineStage.of(name, task -> {}).param("p", "1");
        List<String> after = new ArrayList<>();
        for (String before : names) {
          if (random.nextInt(3) == 0) {
            after.add(before);
          }
        }
        stage.after(after.toArray(String[]::new));
        builder.stage(stage);
        // Mostly fresh, so that whole chains are skipped too.
        Standing standing =
            random.nextInt(3) > 0
                ? Standing.FRESH
                : List.of(Standing.values()).get(random.nextInt(Standing.values().length));
        if (after.isEmpty() && standing == Standing.UPSTREAM_REPLACED) {
          standing = Standing.FRESH;
        }
        standings.put(name, standing);
        stages.put(name, seen(name, after, standing));
        names.add(name);
      }
      pipeline = builder.build();
      seen = new RecordsSnapshot(stages, SeenRollback.NONE);
      Set<String> rerun = random.nextInt(4) == 0 ? Set.of("s" + random.nextInt(size)) : Set.of();
      options =
          new PlanOptions(
              random.nextBoolean() ? ResumePolicy.FINGERPRINT : ResumePolicy.EXISTS,
              random.nextBoolean(),
              rerun);
    }

    private static RecordsSnapshot.Stage seen(String name, List<String> after, Standing standing) {
      Map<String, String> inputs = new HashMap<>(Map.of("params.p", "1"));
      Map<String, String> upstream = new HashMap<>();
      after.forEach(before -> upstream.put(before, "id-" + before));
      switch (standing) {
        case ABSENT -> {
          return RecordsSnapshot.Stage.of(new Lookup.Absent(name));
        }
        case DAMAGED -> {
          return broken(name, Lookup.Invalid.Kind.DAMAGED);
        }
        case UNREADABLE -> {
          return broken(name, Lookup.Invalid.Kind.UNREADABLE);
        }
        case INPUT_MISSING -> {
          return RecordsSnapshot.Stage.of(new Lookup.Absent(name))
              .withInputs(
                  new RecordsSnapshot.Inputs(
                      inputs, Map.of("inputs.x", "input 'x' is missing"), Map.of()));
        }
        case INPUT_CHANGED -> inputs.put("params.p", "0");
        case UPSTREAM_REPLACED -> upstream.put(after.get(0), "another");
        case UPSTREAM_ADDED -> upstream.put("no longer there", "id");
        case UPSTREAM_REMOVED -> upstream.clear();
        case HOME_MADE, OUTPUT_MISSING, FRESH -> {}
      }
      Checkpoint facts =
          standing == Standing.HOME_MADE
              ? RecordedCheckpoints.of(name, Map.of(Header.WRITE_ID, "id-" + name))
              : RecordedCheckpoints.recorded(name, "id-" + name, inputs, upstream);
      DeclaredOutput output =
          new DeclaredOutput(
              "out",
              standing == Standing.OUTPUT_MISSING
                  ? DeclaredOutput.State.MISSING
                  : DeclaredOutput.State.SAME,
              "");
      return RecordsSnapshot.Stage.of(new Lookup.Valid(facts))
          .withInputs(RecordedCheckpoints.inputs(Map.of("params.p", "1")))
          .withOutputs(List.of(output));
    }

    private static RecordsSnapshot.Stage broken(String name, Lookup.Invalid.Kind kind) {
      return RecordsSnapshot.Stage.of(new Lookup.Invalid(name, kind, "rubbish", new Version("v1")));
    }

    int size() {
      return standings.size();
    }

    Standing standing(String stage) {
      return standings.getOrDefault(stage, Standing.ABSENT);
    }

    boolean hasValidRecord(String stage) {
      return seen.of(stage).checkpoint().isPresent();
    }

    /** Whether its own record lets it be skipped, regardless of the stages before it. */
    boolean isFreshByItself(String stage) {
      if (!hasValidRecord(stage) || options.rerun().contains(stage)) {
        return false;
      }
      Standing standing = standing(stage);
      if (options.checkOutputs() && standing == Standing.OUTPUT_MISSING) {
        return false;
      }
      if (options.policy() == ResumePolicy.EXISTS) {
        return true;
      }
      boolean unchanged =
          switch (standing) {
            case FRESH, OUTPUT_MISSING -> true;
            case UPSTREAM_REMOVED -> pipeline.stage(stage).after().isEmpty();
            default -> false;
          };
      return unchanged;
    }

    /** Stages that cannot run although they have to. */
    boolean isStuckByItself(String stage) {
      Standing standing = standing(stage);
      boolean inputsComing =
          pipeline.stage(stage).after().stream().anyMatch(before -> expected(before) == Action.RUN);
      return standing == Standing.UNREADABLE
          || (standing == Standing.INPUT_MISSING && !inputsComing);
    }

    boolean isBehindAStuckOne(String stage) {
      return pipeline.stage(stage).after().stream()
          .anyMatch(before -> expected(before) == Action.BLOCKED || isBehindAStuckOne(before));
    }

    Action expected(String stage) {
      if (isStuckByItself(stage)) {
        return Action.BLOCKED;
      }
      boolean strict = options.policy() == ResumePolicy.FINGERPRINT;
      boolean behind = isBehindAStuckOne(stage);
      boolean upstreamRuns =
          pipeline.stage(stage).after().stream().anyMatch(before -> expected(before) == Action.RUN);
      boolean fresh = isFreshByItself(stage) && !(strict && (upstreamRuns || behind));
      if (fresh) {
        return Action.SKIP;
      }
      return behind ? Action.BLOCKED : Action.RUN;
    }
  }

  private static void forAllWorlds(int tries, int maxSize, Consumer<World> property) {
    Generator.forAll(
        tries,
        generator -> generator.between(1, maxSize),
        Generator::anyLong,
        (size, seed) -> property.accept(new World(size, seed)));
  }

  @Test
  void plan_isWhatTheNaiveModelSays() {
    forAllWorlds(
        2000,
        6,
        world -> {
          ResumePlan plan = ResumePlanner.plan(world.pipeline, world.seen, world.options);

          for (StageDecision decision : plan.decisions()) {
            assertThat(decision.action())
                .as(
                    "%s of %s with %s: %s",
                    decision, world.pipeline, world.standings, world.options)
                .isEqualTo(world.expected(decision.stage()));
          }
        });
  }

  @Test
  void plan_skipsNothingWithoutAValidRecord_andKeepsTheOrder() {
    forAllWorlds(
        1000,
        12,
        world -> {
          ResumePlan plan = ResumePlanner.plan(world.pipeline, world.seen, world.options);

          assertThat(plan.toSkip()).allMatch(world::hasValidRecord);
          Set<String> before = new HashSet<>();
          for (StageDecision decision : plan.decisions()) {
            assertThat(before).containsAll(world.pipeline.stage(decision.stage()).after());
            before.add(decision.stage());
          }
          assertThat(before).hasSize(world.size());
        });
  }

  /**
   * Under EXISTS no completed stage runs again, unless a rerun was requested or an output is
   * missing.
   */
  @Test
  void plan_byExistence_runsNoCompletedStageAgain() {
    forAllWorlds(
        500,
        12,
        world -> {
          ResumePlan plan = ResumePlanner.plan(world.pipeline, world.seen, PlanOptions.standard());

          assertThat(plan.toRun()).noneMatch(world::hasValidRecord);
        });
  }

  @Test
  void plan_givesOnlyReasonsThatAreTrue() {
    forAllWorlds(
        1000,
        6,
        world -> {
          ResumePlan plan = ResumePlanner.plan(world.pipeline, world.seen, world.options);

          for (StageDecision decision : plan.decisions()) {
            Standing standing = world.standing(decision.stage());
            for (Reason reason : decision.reasons()) {
              assertThat(isTrue(reason.code(), decision, standing, world, plan))
                  .as("%s of %s with %s", reason, decision, world.standings)
                  .isTrue();
            }
          }
        });
  }

  private static boolean isTrue(
      Code code, StageDecision decision, Standing standing, World world, ResumePlan plan) {
    Set<String> after = world.pipeline.stage(decision.stage()).after();
    return switch (code) {
      case COMPLETED -> world.hasValidRecord(decision.stage());
      case UNCHANGED -> world.isFreshByItself(decision.stage());
      case NOT_COMPLETED -> standing == Standing.ABSENT || standing == Standing.INPUT_MISSING;
      case DAMAGED -> standing == Standing.DAMAGED;
      case UNREADABLE -> standing == Standing.UNREADABLE;
      case INPUT_MISSING -> standing == Standing.INPUT_MISSING;
      case RERUN_REQUESTED -> world.options.rerun().contains(decision.stage());
      case INPUT_CHANGED ->
          standing == Standing.INPUT_CHANGED
              && decision
                  .changes()
                  .equals(
                      List.of(
                          new ComponentComparison("params.p", Optional.of("0"), Optional.of("1"))));
      case NO_FINGERPRINT -> standing == Standing.HOME_MADE;
      case UPSTREAM_SET_CHANGED ->
          standing == Standing.UPSTREAM_ADDED || standing == Standing.UPSTREAM_REMOVED;
      case UPSTREAM_RERUN -> standing == Standing.UPSTREAM_REPLACED;
      case UPSTREAM_RUNS -> after.stream().anyMatch(plan.toRun()::contains);
      case UPSTREAM_BLOCKED ->
          world.pipeline.withUpstream(List.of(decision.stage())).stream()
              .anyMatch(plan.blocked()::contains);
      case OUTPUT_MISSING -> standing == Standing.OUTPUT_MISSING;
      default -> false;
    };
  }

  private static String identity(Map<String, RecordsSnapshot.Stage> stages, String stage) {
    return new RecordsSnapshot(stages, SeenRollback.NONE)
        .of(stage)
        .checkpoint()
        .orElseThrow()
        .identity();
  }

  /** Running what the plan says, in its order, leaves nothing to run. */
  @Test
  void plan_afterARunOfThePlan_skipsEverythingThatIsNotBlocked() {
    forAllWorlds(
        500,
        8,
        world -> {
          PlanOptions options = new PlanOptions(world.options.policy(), true, Set.of());
          Map<String, RecordsSnapshot.Stage> after = new HashMap<>(world.seen.stages());
          for (StageDecision decision :
              ResumePlanner.plan(world.pipeline, world.seen, options).decisions()) {
            if (decision.action() == Action.RUN) {
              Map<String, String> upstream = new HashMap<>();
              for (String before : world.pipeline.stage(decision.stage()).after()) {
                upstream.put(before, identity(after, before));
              }
              Checkpoint facts =
                  RecordedCheckpoints.recorded(
                      decision.stage(),
                      "new-" + decision.stage(),
                      Map.of("params.p", "1"),
                      upstream);
              after.put(
                  decision.stage(),
                  RecordsSnapshot.Stage.of(new Lookup.Valid(facts))
                      .withInputs(RecordedCheckpoints.inputs(Map.of("params.p", "1"))));
            }
          }

          ResumePlan second =
              ResumePlanner.plan(
                  world.pipeline, new RecordsSnapshot(after, SeenRollback.NONE), options);

          assertThat(second.toRun()).as("%s", world.standings).isEmpty();
        });
  }
}
