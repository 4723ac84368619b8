package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.explorer.Request.Kind;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The store, the workers of a pipeline, and the world outside, at one moment. Everything that can
 * happen between two requests happens. Time passes only while a worker waits. Immutable.
 *
 * @param faults how many writes may still be lost, or their replies
 * @param actors how far each worker is, by number
 * @param sleeps how often each has waited; one that waits once more takes no further step
 * @param facts what is true outside the store, as far as the rules look at it
 */
record PipelineWorld<F extends PipelineWorld.Facts<F>>(
    int time,
    int faults,
    StoreImage store,
    List<LocalState> actors,
    List<Integer> sleeps,
    F facts) {
  /** A worker that waits more often takes no further step: that breaks no rule. */
  private static final int MOST_SLEEPS = 2;

  /**
   * What is true outside the store. Immutable; each method throws {@link ViolationException} when a
   * rule does not hold.
   */
  interface Facts<F> {
    /** After a worker has done something. */
    F after(int actor, String deed);

    /** After a write has landed. */
    default F landed(Request write) {
      return same();
    }

    /** After all deeds of a step. */
    F settled(PipelineWorld<?> world);

    F same();

    /** Of a state in which all workers have ended. */
    String summary();
  }

  static <F extends Facts<F>> PipelineWorld<F> begin(
      List<Program> programs, StoreImage store, int faults, F facts, Counts counts) {
    List<LocalState> actors = new ArrayList<>();
    for (Program program : programs) {
      actors.add(LocalState.start(program, new WorkerRun(actors.size(), 0), counts, true));
    }
    return new PipelineWorld<>(
        0, faults, store, List.copyOf(actors), Collections.nCopies(actors.size(), 0), facts);
  }

  boolean hasEnded() {
    return actors.stream().allMatch(LocalState::hasEnded);
  }

  /** How each worker ended, and what is true then. */
  String end() {
    return actors.stream().map(at -> at.report().orElseThrow().toString()).toList()
        + " "
        + facts.summary();
  }

  /** Shows everything that may happen next. */
  void each(BiConsumer<String, Supplier<PipelineWorld<F>>> to) {
    for (int i = 0; i < actors.size(); i++) {
      int actor = i;
      LocalState at = actors.get(i);
      if (at.hasEnded()) {
        continue;
      }
      Request request = at.request();
      String label = "worker " + actor + " " + request;
      switch (request.kind()) {
        case DECIDE ->
            to.accept(label, () -> received(actor, new Reply.Decided(0), store, facts, 0, 0));
        case SLEEP -> {
          if (sleeps.get(actor) < MOST_SLEEPS) {
            int millis = (int) Math.max(1, request.amount());
            to.accept(label, () -> received(actor, new Reply.Done(), store, facts, millis, 0));
          }
        }
        default -> call(actor, request, label, to);
      }
    }
  }

  private void call(
      int actor, Request request, String label, BiConsumer<String, Supplier<PipelineWorld<F>>> to) {
    StoreImage.Decision decision = store.decide(request, Scenario.storeTime(time));
    StoreImage after = decision.after();
    Supplier<F> landed =
        () -> request.content() == null || after.equals(store) ? facts : facts.landed(request);
    to.accept(label, () -> received(actor, decision.reply(), after, landed.get(), 0, 0));
    if (faults > 0 && isLostSometimes(request)) {
      Reply unknown = new Reply.Failed(StoreException.Kind.OUTCOME_UNKNOWN);
      to.accept(
          label + ", the reply is lost", () -> received(actor, unknown, after, landed.get(), 0, 1));
      to.accept(
          label + ", the request is lost", () -> received(actor, unknown, store, facts, 0, 1));
    }
  }

  /**
   * Of a checkpoint it is not: its worker may send it again after it was undone, as for a clear.
   */
  private static boolean isLostSometimes(Request request) {
    return (request.kind() == Kind.CREATE || request.kind() == Kind.REPLACE)
        && !request.key().endsWith(".checkpoint");
  }

  private PipelineWorld<F> received(
      int actor, Reply reply, StoreImage image, F factsNow, int later, int lessFaults) {
    LocalState before = actors.get(actor);
    LocalState after = before.after(reply, new Clocks(time + later, time + later));
    List<LocalState> all = new ArrayList<>(actors);
    all.set(actor, after);
    List<Integer> slept = new ArrayList<>(sleeps);
    slept.set(actor, slept.get(actor) + (later > 0 ? 1 : 0));
    F now = factsNow;
    List<String> notes = after.notes();
    for (String note : notes.subList(before.notes().size(), notes.size())) {
      now = now.after(actor, note);
    }
    PipelineWorld<F> next =
        new PipelineWorld<>(
            time + later, faults - lessFaults, image, List.copyOf(all), List.copyOf(slept), now);
    return next.with(now.settled(next));
  }

  private PipelineWorld<F> with(F value) {
    return new PipelineWorld<>(time, faults, store, actors, sleeps, value);
  }
}
