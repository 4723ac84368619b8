package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.explorer.Actor.PendingReply;
import io.github.checkpointmanager.explorer.Request.Kind;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.WriteResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Lists everything that may happen next in a state. */
final class Transitions {
  /** Shorter sleeps take no time: what may happen during one happens without time passing. */
  private static final long SHORT_SLEEP = 1_000;

  static final Content DAMAGED = new Content("COMPLETED\nWrite-Id: 0");

  /** Gets each next state; computing it may throw the violation of a rule. */
  interface Visitor {
    void visit(Supplier<String> label, Supplier<GlobalState> next);
  }

  private record Question(StoreImage store, Request request, long now) {}

  /** A request that has reached the store. */
  private record Landing(GlobalState state, Reply reply) {}

  private final Scenario scenario;
  private final Map<Question, StoreImage.Decision> decisions = new HashMap<>();

  Transitions(Scenario scenario) {
    this.scenario = scenario;
  }

  void each(GlobalState state, Visitor visitor) {
    Optional<Actor> deciding =
        state.actors().stream().filter(actor -> decidesNow(state, actor)).findFirst();
    if (deciding.isPresent()) {
      decide(state, deciding.get(), visitor);
      return;
    }
    for (Actor actor : state.actors()) {
      if (actor.pending() != null) {
        deliver(state, actor, actor.pending(), visitor);
      } else if (!actor.at().hasEnded()) {
        proceed(state, actor, visitor);
      } else if (state.budget().restarts() > 0) {
        visitor.visit(
            () -> actor.at().run() + " starts again",
            () ->
                state
                    .with(state.budget().lessRestarts())
                    .with(Actor.starting(actor.at().startAgain(), 0)));
      }
      disturb(state, actor, visitor);
    }
    for (int i = 0; i < state.late().size(); i++) {
      int index = i;
      Request request = state.late().get(i);
      visitor.visit(
          () -> "lands late: " + request, () -> land(state.withoutLate(index), request).state());
    }
    if (state.budget().damages() > 0) {
      for (String key : state.store().objects().keySet()) {
        visitor.visit(
            () -> key + " is damaged",
            () ->
                state
                    .with(state.budget().lessDamages())
                    .with(
                        state.store().with(key, DAMAGED, Scenario.storeTime(state.time())),
                        state.landed()));
      }
    }
    if (state.budget().advances() > 0) {
      advance(state, visitor);
    }
  }

  private void advance(GlobalState state, Visitor visitor) {
    for (int step : scenario.steps()) {
      GlobalState later = state.with(state.budget().lessAdvances()).after(step);
      visitor.visit(() -> step + " ms go by", () -> withoutEnded(later));
      for (Actor actor : state.actors()) {
        if (state.budget().faults() > 0 && !actor.at().isFresh() && !actor.at().hasEnded()) {
          visitor.visit(
              () -> step + " ms go by, in which " + actor.at().run() + " is suspended",
              () -> withoutEnded(later.with(later.budget().lessFaults()).with(actor.losing(step))));
        }
      }
    }
  }

  /** Forgets ended runs whose claim is not valid any more, and so never will be again. */
  private GlobalState withoutEnded(GlobalState state) {
    GlobalState now = state;
    for (Actor actor : state.actors()) {
      now = now.with(withoutEnded(now, actor));
    }
    return now;
  }

  private Actor withoutEnded(GlobalState state, Actor actor) {
    return actor.at().hasEnded() && !actor.at().isValid(clocks(state, actor))
        ? Actor.starting(actor.at().gone(), 0)
        : actor;
  }

  /**
   * A decision affects no other worker. So a worker decides before anything else happens, or only
   * after the time has advanced: that leaves out no outcome.
   */
  private boolean decidesNow(GlobalState state, Actor actor) {
    return actor.pending() == null
        && !actor.at().hasEnded()
        && actor.at().request().kind() == Kind.DECIDE
        && actor.idleAt() != state.time()
        && mayStart(state, actor);
  }

  private void decide(GlobalState state, Actor actor, Visitor visitor) {
    Request request = actor.at().request();
    for (int i = 0; i < request.amount(); i++) {
      Reply reply = new Reply.Decided(i);
      visitor.visit(
          () -> actor.at().run() + " " + request + ": " + reply,
          () -> received(state, actor.deciding(isWithoutClaim(state, actor)), reply, false));
    }
    if (state.budget().advances() > 0) {
      visitor.visit(
          () -> actor.at().run() + " decides nothing now",
          () -> state.with(actor.idle(state.time())));
    }
  }

  private static boolean isWithoutClaim(GlobalState state, Actor actor) {
    Optional<String> owner =
        state.store().content(Scenario.CLAIM).flatMap(c -> c.header(Header.OWNER));
    return !actor.owner().isEmpty() && !owner.equals(Optional.of(actor.owner()));
  }

  private void proceed(GlobalState state, Actor actor, Visitor visitor) {
    Request request = actor.at().request();
    Clocks clocks = clocks(state, actor);
    switch (request.kind()) {
      case DECIDE -> {}
      case SLEEP -> {
        if (request.amount() < SHORT_SLEEP
            || clocks.monotonic() >= actor.at().waitingSince() + request.amount()) {
          visitor.visit(
              () -> actor.at().run() + " wakes",
              () -> received(state, actor, new Reply.Done(), false));
        }
      }
      default -> call(state, actor, request, visitor);
    }
  }

  /** Among workers that are alike and have not begun, only the first may begin. */
  private boolean mayStart(GlobalState state, Actor actor) {
    if (!actor.at().isFresh()) {
      return true;
    }
    int worker = actor.at().run().worker();
    return state.actors().subList(0, worker).stream()
        .noneMatch(
            other ->
                other.at().isFresh()
                    && scenario.alike(other.at().run().worker(), worker)
                    && other.lost() == actor.lost());
  }

  private void call(GlobalState state, Actor actor, Request request, Visitor visitor) {
    WorkerRun run = actor.at().run();
    visitor.visit(
        () -> run + " does " + request,
        () -> {
          Landing landing = land(state, request);
          return received(landing.state(), mine(landing, actor), landing.reply(), completed(state));
        });
    boolean change = request.kind().changes();
    if (state.budget().advances() > 0 && (change || state.budget().faults() > 0)) {
      GlobalState less = change ? state : state.with(state.budget().lessFaults());
      visitor.visit(
          () -> run + " does " + request + ", the reply is slow",
          () -> {
            Landing landing = land(less, request);
            return landing
                .state()
                .with(
                    mine(landing, actor)
                        .awaiting(
                            new PendingReply(landing.reply(), state.time(), completed(state))));
          });
    }
    if (state.budget().faults() > 0) {
      Reply lost =
          new Reply.Failed(
              request.kind().changes()
                  ? StoreException.Kind.OUTCOME_UNKNOWN
                  : StoreException.Kind.UNAVAILABLE);
      visitor.visit(
          () -> run + " gets no reply to " + request,
          () -> received(sentAway(state, request), trace(actor, request), lost, false));
      if (request.kind().changes() && state.budget().advances() > 0) {
        visitor.visit(
            () -> run + " gets no reply for long to " + request,
            () ->
                sentAway(state, request)
                    .with(
                        trace(actor, request)
                            .awaiting(new PendingReply(lost, state.time(), false))));
      }
    }
  }

  private static Actor trace(Actor actor, Request request) {
    return request.kind().changes() ? actor.leavingTraces() : actor;
  }

  private static Actor mine(Landing landing, Actor actor) {
    return landing.reply() instanceof Reply.Write write
            && write.outcome() == WriteResult.Outcome.WRITTEN
        ? actor.leavingTraces()
        : actor;
  }

  private static GlobalState sentAway(GlobalState state, Request request) {
    GlobalState less = state.with(state.budget().lessFaults());
    return request.kind().changes() ? less.withLate(request) : less;
  }

  /** A reply that arrives before time has passed was visited already. */
  private void deliver(GlobalState state, Actor actor, PendingReply pending, Visitor visitor) {
    if (state.time() > pending.sentAt()) {
      visitor.visit(
          () -> actor.at().run() + " receives " + pending.reply(),
          () -> received(state, actor, pending.reply(), pending.completed()));
    }
  }

  private void disturb(GlobalState state, Actor actor, Visitor visitor) {
    if (state.budget().faults() == 0 || actor.at().isFresh()) {
      return;
    }
    WorkerRun run = actor.at().run();
    if (!actor.at().hasEnded() && state.budget().restarts() > 0) {
      visitor.visit(
          () -> run + " crashes, and is started again",
          () -> {
            boolean sent = actor.pending() == null && actor.at().request().kind().changes();
            GlobalState rest = state.with(state.budget().lessFaults().lessRestarts());
            if (sent) {
              rest = rest.withLate(actor.at().request());
            }
            return rest.with(Actor.starting(actor.at().startAgain(), 0));
          });
    }
  }

  private Clocks clocks(GlobalState state, Actor actor) {
    return actor.clocks(state.time(), scenario.rates().get(actor.at().run().worker()));
  }

  /** A worker gets an answer, and goes on to its next request. */
  private GlobalState received(GlobalState state, Actor actor, Reply reply, boolean completed) {
    LocalState before = actor.at();
    LocalState after = before.after(reply, clocks(state, actor));
    Actor next = actor.at(after);
    GlobalState now = state;
    if (after.fencingToken().isPresent() && before.fencingToken().isEmpty()) {
      String owner = state.landed().lastOf(after.run()).owner();
      next = next.owning(owner);
      now = now.with(now.landed().given(owner, after.fencingToken().getAsLong()));
      Rules.tokenGiven(now.landed(), owner);
    }
    if (after.isRunning() && !before.isRunning()) {
      Rules.executes(next, completed, now, scenario);
      if (scenario.workers().get(after.run().worker()) == Programs.CLAIMS_ONCE) {
        now = now.with(now.landed().begunOnceMore());
      }
    }
    if (after.report().isPresent()) {
      Report report = after.report().get();
      Rules.ended(next, report, now);
      if (report.outcome() == Report.Outcome.BUSY && !next.traced()) {
        next = Actor.starting(after.startOver(), actor.lost());
      }
    }
    return now.with(withoutEnded(now, next));
  }

  private static boolean completed(GlobalState state) {
    return state.store().content(Scenario.CHECKPOINT).filter(Content::isCheckpoint).isPresent();
  }

  private Landing land(GlobalState state, Request request) {
    long now = Scenario.storeTime(state.time());
    StoreImage before = state.store();
    StoreImage.Decision decision =
        decisions.computeIfAbsent(
            new Question(before, request, now), q -> before.decide(request, now));
    if (decision.after().equals(before)) {
      return new Landing(state, decision.reply());
    }
    Optional<Content> old = before.content(request.key());
    LandedWrites landed = state.landed();
    if (request.kind() == Kind.DELETE) {
      Optional<String> owner = old.flatMap(c -> c.header(Header.OWNER));
      if (owner.isPresent() && request.key().equals(Scenario.CLAIM)) {
        Rules.claimCleared(state, scenario, owner.get());
        landed = landed.deleted(owner.get());
      }
    } else if (request.key().equals(Scenario.CHECKPOINT)) {
      Rules.checkpointChanges(old, request, state, scenario);
      landed = landed.saved(request.written().header(Header.WRITE_ID).orElseThrow());
    } else {
      Rules.claimChanges(old, request, landed);
      String owner = request.written().header(Header.OWNER).orElseThrow();
      if (request.written().header(Header.ATTEMPT).equals(Optional.of("0"))) {
        Rules.claimCleared(state, scenario, owner);
        landed = landed.deleted(owner);
      }
      if (landed.taking(owner).isEmpty()) {
        landed = landed.taken(owner);
      }
    }
    return new Landing(state.with(decision.after(), landed), decision.reply());
  }
}
