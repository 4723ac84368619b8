package io.github.checkpointmanager.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.explorer.Request.Kind;
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
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
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

  /** A worker that waits more often takes no further step: that breaks no rule. */
  private static final int MOST_SLEEPS = 2;

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
   * The store, both workers and the world outside, at one moment. Immutable.
   *
   * @param effects the stages that are in effect
   * @param working the stages whose task runs
   * @param undoing whether a compensation has begun in a rollback that is not over
   */
  private record World(
      int time,
      int faults,
      StoreImage store,
      List<LocalState> actors,
      List<Integer> sleeps,
      TreeSet<String> effects,
      TreeSet<String> working,
      boolean undoing) {
    private boolean isJournalUnfinished() {
      return store
          .content(JOURNAL)
          .flatMap(Content::stageRecord)
          .filter(record -> record.state() == State.RUNNING)
          .isPresent();
    }

    World received(int actor, Reply reply, StoreImage image, int later, int lessFaults) {
      LocalState before = actors.get(actor);
      LocalState after = before.after(reply, new Clocks(time + later, time + later));
      List<LocalState> all = new ArrayList<>(actors);
      all.set(actor, after);
      List<Integer> slept = new ArrayList<>(sleeps);
      slept.set(actor, slept.get(actor) + (later > 0 ? 1 : 0));
      World next =
          new World(
              time + later,
              faults - lessFaults,
              image,
              List.copyOf(all),
              List.copyOf(slept),
              new TreeSet<>(effects),
              new TreeSet<>(working),
              undoing);
      List<String> notes = after.notes();
      for (String note : notes.subList(before.notes().size(), notes.size())) {
        next = next.after(note);
      }
      next = next.isJournalUnfinished() ? next : next.notUndoing();
      next.check();
      return next;
    }

    private World notUndoing() {
      return new World(time, faults, store, actors, sleeps, effects, working, false);
    }

    private World after(String note) {
      String[] deed = note.split(" ", 2);
      String stage = deed[1];
      switch (deed[0]) {
        case "does" -> {
          require(effects.containsAll(BEFORE.get(stage)), "a stage begins on its upstream", note);
          require(!undoing, "no stage begins in a rollback", note);
          working.add(stage);
        }
        case "did" -> {
          working.remove(stage);
          effects.add(stage);
        }
        case "undoes" -> {
          require(working.isEmpty(), "no stage is at work when a compensation begins", note);
          effects.remove(stage);
          return new World(time, faults, store, actors, sleeps, effects, working, true);
        }
        default -> {}
      }
      return this;
    }

    private void check() {
      if (isJournalUnfinished() || !working.isEmpty()) {
        return;
      }
      BEFORE.forEach(
          (stage, before) -> {
            if (store.content(StageName.checkpointKey(stage)).isPresent()) {
              require(
                  effects.contains(stage) && effects.containsAll(before),
                  "what is completed is in effect",
                  stage);
            }
          });
    }

    private void require(boolean holds, String rule, String what) {
      if (!holds) {
        throw new ViolationException(rule + ": " + what + ", in effect " + effects);
      }
    }
  }

  private static void each(World world, BiConsumer<String, Supplier<World>> to) {
    for (int i = 0; i < world.actors().size(); i++) {
      LocalState at = world.actors().get(i);
      if (at.hasEnded()) {
        continue;
      }
      int actor = i;
      Request request = at.request();
      String label = "worker " + actor + " " + request;
      StoreImage store = world.store();
      switch (request.kind()) {
        case DECIDE ->
            to.accept(label, () -> world.received(actor, new Reply.Decided(0), store, 0, 0));
        case SLEEP -> {
          if (world.sleeps().get(actor) < MOST_SLEEPS) {
            int millis = (int) Math.max(1, request.amount());
            to.accept(label, () -> world.received(actor, new Reply.Done(), store, millis, 0));
          }
        }
        default -> call(world, actor, request, label, to);
      }
    }
  }

  private static void call(
      World world,
      int actor,
      Request request,
      String label,
      BiConsumer<String, Supplier<World>> to) {
    StoreImage.Decision landed = world.store().decide(request, Scenario.storeTime(world.time()));
    to.accept(label, () -> world.received(actor, landed.reply(), landed.after(), 0, 0));
    if (world.faults() > 0 && isLostSometimes(request)) {
      Reply unknown = new Reply.Failed(StoreException.Kind.OUTCOME_UNKNOWN);
      to.accept(
          label + ", the reply is lost",
          () -> world.received(actor, unknown, landed.after(), 0, 1));
      to.accept(
          label + ", the request is lost",
          () -> world.received(actor, unknown, world.store(), 0, 1));
    }
  }

  /**
   * Of a checkpoint it is not: its worker may send it again after it was undone, as for a clear.
   */
  private static boolean isLostSometimes(Request request) {
    return (request.kind() == Kind.CREATE || request.kind() == Kind.REPLACE)
        && !request.key().endsWith(".checkpoint");
  }

  private record Visit(World world, int from, String label) {}

  /** Visits all states, nearest first; returns the trace of the first violation. */
  private static Optional<String> explore(World begin, Counts counts, Set<String> ends) {
    Map<World, Integer> seen = new HashMap<>();
    List<Visit> visits = new ArrayList<>(List.of(new Visit(begin, -1, "begin")));
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    seen.put(begin, 0);
    List<String> found = new ArrayList<>();
    while (!open.isEmpty() && found.isEmpty()) {
      int index = open.remove();
      World world = visits.get(index).world();
      if (world.actors().stream().allMatch(LocalState::hasEnded)) {
        ends.add(
            world.actors().stream().map(at -> at.report().orElseThrow().toString()).toList()
                + " "
                + world.effects());
      }
      each(
          world,
          (label, next) -> {
            counts.step();
            try {
              World state = next.get();
              if (seen.putIfAbsent(state, visits.size()) == null) {
                open.add(visits.size());
                visits.add(new Visit(state, index, label));
                counts.state();
              }
            } catch (ViolationException e) {
              found.add(trace(visits, index) + label + "\n" + e.getMessage());
            }
          });
    }
    return found.stream().findFirst();
  }

  private static String trace(List<Visit> visits, int last) {
    Deque<String> labels = new ArrayDeque<>();
    for (int at = last; at >= 0; at = visits.get(at).from()) {
      labels.addFirst(visits.get(at).label() + "\n");
    }
    return String.join("", labels);
  }

  private static World begin(Counts counts, int completed, int faults) {
    StoreImage store = StoreImage.EMPTY;
    TreeSet<String> effects = new TreeSet<>(List.of("a", "b").subList(0, completed));
    for (String stage : effects) {
      store = store.with(StageName.checkpointKey(stage), record(stage), Scenario.storeTime(0));
    }
    List<LocalState> actors = new ArrayList<>();
    for (Program program : List.of(RUNS, ROLLS_BACK)) {
      actors.add(LocalState.start(program, new WorkerRun(actors.size(), 0), counts, true));
    }
    return new World(
        0, faults, store, List.copyOf(actors), List.of(0, 0), effects, new TreeSet<>(), false);
  }

  /** A checkpoint that a run of long ago saved. */
  private static Content record(String stage) {
    MemoryStore memory = new MemoryStore();
    try (CheckpointManager manager = DrivenManager.open(memory, Timing.system(), "x")) {
      manager.save(stage);
    }
    return Content.of(memory.read(StageName.checkpointKey(stage)).orElseThrow().content());
  }

  private static Optional<String> exploredQuietly(World begin, Counts counts, Set<String> ends) {
    SuppressedStderr quiet = new SuppressedStderr();
    ScriptedRandomness numbers = new ScriptedRandomness();
    try {
      return explore(begin, counts, ends);
    } finally {
      numbers.close();
      quiet.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void everyInterleaving_ofARunAndARollback_keepsTheRules(int completed) {
    Counts counts = new Counts();
    TreeSet<String> ends = new TreeSet<>();

    Optional<String> violation = exploredQuietly(begin(counts, completed, 0), counts, ends);

    assertThat(violation).isEmpty();
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

    assertThat(exploredQuietly(begin(counts, completed, 1), counts, new TreeSet<>())).isEmpty();
    assertThat(counts.states()).as("states").isGreaterThan(20_000);
    System.out.printf(
        "explored %d executions, %d distinct states, 0 violations: a rollback beside a run, one"
            + " message is lost (%d runs of the production code)%n",
        counts.steps(), counts.states(), counts.runs());
  }
}
