package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.explorer.Actor.Letter;
import io.github.checkpointmanager.explorer.Request.Kind;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.WriteResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Everything that may happen next in a world. */
final class Moves {
  /** Shorter sleeps are over at once: what may happen during one happens without time passing. */
  private static final long SHORT_SLEEP = 1_000;

  /** A clear deletes no claim that it has listed before it is as old as this. */
  private static final long SETTLED = 4_000;

  static final Content DAMAGED = new Content("COMPLETED\nWrite-Id: 0");

  /** Is shown each next world, or told which rule is violated on the way to it. */
  interface Visitor {
    void visit(Supplier<String> move, Supplier<World> next);
  }

  private record Question(StoreImage store, Request request, long now) {}

  /** A request that has reached the store. */
  private record Landing(World world, Reply reply) {}

  private final Scenario scenario;
  private final Map<Question, StoreImage.Decision> decisions = new HashMap<>();

  Moves(Scenario scenario) {
    this.scenario = scenario;
  }

  void each(World world, Visitor visitor) {
    Optional<Actor> deciding =
        world.actors().stream().filter(actor -> decidesNow(world, actor)).findFirst();
    if (deciding.isPresent()) {
      decide(world, deciding.get(), visitor);
      return;
    }
    for (Actor actor : world.actors()) {
      if (actor.letter() != null) {
        deliver(world, actor, actor.letter(), visitor);
      } else if (!actor.at().hasEnded()) {
        proceed(world, actor, visitor);
      } else if (world.budget().restarts() > 0) {
        visitor.visit(
            () -> actor.at().round() + " starts again",
            () ->
                world
                    .with(world.budget().lessRestarts())
                    .with(Actor.starting(actor.at().startAgain(), 0)));
      }
      disturb(world, actor, visitor);
    }
    for (int i = 0; i < world.late().size(); i++) {
      int index = i;
      Request request = world.late().get(i);
      visitor.visit(
          () -> "lands late: " + request, () -> land(world.withoutLate(index), request).world());
    }
    if (world.budget().damages() > 0) {
      for (String key : world.store().objects().keySet()) {
        visitor.visit(
            () -> key + " is damaged",
            () ->
                world
                    .with(world.budget().lessDamages())
                    .with(
                        world.store().with(key, DAMAGED, Scenario.storeTime(world.time())),
                        world.chronicle()));
      }
    }
    if (world.budget().advances() > 0) {
      advance(world, visitor);
    }
  }

  private void advance(World world, Visitor visitor) {
    for (int step : scenario.steps()) {
      World later = world.with(world.budget().lessAdvances()).after(step);
      visitor.visit(() -> step + " ms go by", () -> tidied(later));
      for (Actor actor : world.actors()) {
        if (world.budget().faults() > 0 && !actor.at().isFresh() && !actor.at().hasEnded()) {
          visitor.visit(
              () -> step + " ms go by, in which " + actor.at().round() + " is suspended",
              () -> tidied(later.with(later.budget().lessFaults()).with(actor.losing(step))));
        }
      }
    }
  }

  /** Forgets ended runs whose claim is not valid any more: it will never be again. */
  private World tidied(World world) {
    World now = world;
    for (Actor actor : world.actors()) {
      now = now.with(tidied(now, actor));
    }
    return now;
  }

  private Actor tidied(World world, Actor actor) {
    return actor.at().hasEnded() && !actor.at().isValid(clocks(world, actor))
        ? Actor.starting(actor.at().gone(), 0)
        : actor;
  }

  /**
   * A decision concerns nobody else. So it is taken before anything else happens, or else not
   * before the time has advanced: that leaves out no outcome.
   */
  private boolean decidesNow(World world, Actor actor) {
    return actor.letter() == null
        && !actor.at().hasEnded()
        && actor.at().request().kind() == Kind.DECIDE
        && actor.idleAt() != world.time()
        && mayStart(world, actor);
  }

  private void decide(World world, Actor actor, Visitor visitor) {
    Request request = actor.at().request();
    for (int i = 0; i < request.amount(); i++) {
      Reply reply = new Reply.Decided(i);
      visitor.visit(
          () -> actor.at().round() + " " + request + ": " + reply,
          () -> told(world, actor.deciding(isDispossessed(world, actor)), reply, false));
    }
    if (world.budget().advances() > 0) {
      visitor.visit(
          () -> actor.at().round() + " decides nothing now",
          () -> world.with(actor.idle(world.time())));
    }
  }

  private static boolean isDispossessed(World world, Actor actor) {
    Optional<String> owner =
        world.store().content(Scenario.CLAIM).flatMap(c -> c.header(Header.OWNER));
    return !actor.owner().isEmpty() && !owner.equals(Optional.of(actor.owner()));
  }

  private void proceed(World world, Actor actor, Visitor visitor) {
    Request request = actor.at().request();
    Clocks clocks = clocks(world, actor);
    switch (request.kind()) {
      case DECIDE -> {}
      case SLEEP -> {
        if (request.amount() < SHORT_SLEEP
            || clocks.monotonic() >= actor.at().waitingSince() + request.amount()) {
          visitor.visit(
              () -> actor.at().round() + " wakes",
              () -> told(world, actor, new Reply.Done(), false));
        }
      }
      default -> call(world, actor, request, visitor);
    }
  }

  /** Of workers that are alike and have not begun, the first begins. */
  private boolean mayStart(World world, Actor actor) {
    if (!actor.at().isFresh()) {
      return true;
    }
    int worker = actor.at().round().worker();
    return world.actors().subList(0, worker).stream()
        .noneMatch(
            other ->
                other.at().isFresh()
                    && scenario.alike(other.at().round().worker(), worker)
                    && other.lost() == actor.lost());
  }

  private void call(World world, Actor actor, Request request, Visitor visitor) {
    Round round = actor.at().round();
    visitor.visit(
        () -> round + " does " + request,
        () -> {
          Landing landing = land(world, request);
          return told(landing.world(), mine(landing, actor), landing.reply(), completed(world));
        });
    boolean change = request.kind().changes();
    if (world.budget().advances() > 0 && (change || world.budget().faults() > 0)) {
      World less = change ? world : world.with(world.budget().lessFaults());
      visitor.visit(
          () -> round + " does " + request + ", the reply is slow",
          () -> {
            Landing landing = land(less, request);
            return landing
                .world()
                .with(
                    mine(landing, actor)
                        .awaiting(new Letter(landing.reply(), world.time(), completed(world))));
          });
    }
    if (world.budget().faults() > 0) {
      Reply lost =
          new Reply.Failed(
              request.kind().changes()
                  ? StoreException.Kind.OUTCOME_UNKNOWN
                  : StoreException.Kind.UNAVAILABLE);
      visitor.visit(
          () -> round + " gets no reply to " + request,
          () -> told(sentAway(world, request), trace(actor, request), lost, false));
      if (request.kind().changes() && world.budget().advances() > 0) {
        visitor.visit(
            () -> round + " gets no reply for long to " + request,
            () ->
                sentAway(world, request)
                    .with(trace(actor, request).awaiting(new Letter(lost, world.time(), false))));
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

  private static World sentAway(World world, Request request) {
    World less = world.with(world.budget().lessFaults());
    return request.kind().changes() ? less.withLate(request) : less;
  }

  /** A reply that arrives without time having passed has been shown already. */
  private void deliver(World world, Actor actor, Letter letter, Visitor visitor) {
    if (world.time() > letter.sentAt()) {
      visitor.visit(
          () -> actor.at().round() + " receives " + letter.reply(),
          () -> told(world, actor, letter.reply(), letter.completed()));
    }
  }

  private void disturb(World world, Actor actor, Visitor visitor) {
    if (world.budget().faults() == 0 || actor.at().isFresh()) {
      return;
    }
    Round round = actor.at().round();
    if (!actor.at().hasEnded() && world.budget().restarts() > 0) {
      visitor.visit(
          () -> round + " crashes, and is started again",
          () -> {
            boolean sent = actor.letter() == null && actor.at().request().kind().changes();
            World rest = world.with(world.budget().lessFaults().lessRestarts());
            if (sent) {
              rest = rest.withLate(actor.at().request());
            }
            return rest.with(Actor.starting(actor.at().startAgain(), 0));
          });
    }
  }

  private Clocks clocks(World world, Actor actor) {
    return actor.clocks(world.time(), scenario.rates().get(actor.at().round().worker()));
  }

  /** A worker gets an answer, and goes on to its next request at once. */
  private World told(World world, Actor actor, Reply reply, boolean completed) {
    LocalState before = actor.at();
    LocalState after = before.told(reply, clocks(world, actor));
    Actor next = actor.at(after);
    World now = world;
    if (after.fencingToken().isPresent() && before.fencingToken().isEmpty()) {
      String owner = world.chronicle().lastOf(after.round()).owner();
      next = next.owning(owner);
      now = now.with(now.chronicle().told(owner, after.fencingToken().getAsLong()));
      Rules.tokenTold(now.chronicle(), owner);
    }
    if (after.isRunning() && !before.isRunning()) {
      Rules.executes(after.round(), completed);
    }
    if (after.report().isPresent()) {
      Report report = after.report().get();
      Rules.ended(next, report, now);
      if (report.end() == Report.End.BUSY && !next.traced()) {
        next = Actor.starting(after.startOver(), actor.lost());
      }
    }
    return now.with(tidied(now, next));
  }

  private static boolean completed(World world) {
    return world.store().content(Scenario.CHECKPOINT).filter(Content::isCheckpoint).isPresent();
  }

  private Landing land(World world, Request request) {
    long now = Scenario.storeTime(world.time());
    StoreImage before = world.store();
    StoreImage.Decision decision =
        decisions.computeIfAbsent(
            new Question(before, request, now), q -> before.decide(request, now));
    if (decision.after().equals(before)) {
      return new Landing(world, decision.reply());
    }
    Optional<Content> old = before.content(request.key());
    Chronicle chronicle = world.chronicle();
    if (request.kind() == Kind.DELETE) {
      Optional<String> owner = old.flatMap(c -> c.header(Header.OWNER));
      if (owner.isPresent()) {
        long age = now - before.stored(request.key()).orElseThrow().modified();
        chronicle = chronicle.deleted(owner.get(), age < SETTLED);
      }
    } else if (request.key().equals(Scenario.CHECKPOINT)) {
      Rules.checkpointChanges(old, request);
      chronicle = chronicle.saved(request.written().header(Header.WRITE_ID).orElseThrow());
    } else {
      Rules.claimChanges(old, request, chronicle);
      String owner = request.written().header(Header.OWNER).orElseThrow();
      if (chronicle.taking(owner).isEmpty()) {
        chronicle = chronicle.taken(owner);
      }
    }
    return new Landing(world.with(decision.after(), chronicle), decision.reply());
  }
}
