package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.explorer.Script.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far one run of a program is: it waits for an answer, or has ended. The answers that it got
 * determine all that it did, since a program does the same when it gets the same answers. So each
 * local state is computed once, by running the program from its start, and shared by all global
 * states in which it occurs.
 */
final class LocalState {
  private static final Report GONE = Report.of(Report.Outcome.GIVEN_UP);

  private record Observation(Reply reply, Clocks clocks) {}

  private final Program program;
  private final WorkerRun run;
  private final Counts counts;
  private final boolean clockTrusted;
  private final List<Step> past;
  private final Script script;
  private final @Nullable Claim claim;
  private final boolean running;
  private final @Nullable Content seen;
  private final @Nullable Report report;
  private final List<String> notes;
  private final int number;
  private final Map<Observation, LocalState> next = new HashMap<>();

  private final @Nullable LocalState first;
  private @Nullable LocalState again;
  private @Nullable LocalState gone;

  private LocalState(
      Program program,
      WorkerRun run,
      Counts counts,
      boolean clockTrusted,
      List<Step> past,
      @Nullable LocalState first) {
    this.first = first;
    this.program = program;
    this.run = run;
    this.counts = counts;
    this.clockTrusted = clockTrusted;
    this.past = past;
    this.script = new Script(past);
    this.number = counts.nextRun();
    ProgramContext context = new ProgramContext(script, run, clockTrusted);
    Report end = ScriptedRandomness.during(run, () -> play(program, context));
    context.close();
    // A pipeline's run takes what unwinds it for a failure of a stage, and ends.
    this.report = script.open() == null ? end : null;
    this.notes = context.notes();
    this.claim = context.claim();
    this.running = context.isRunning();
    this.seen = context.seen();
  }

  private static @Nullable Report play(Program program, ProgramContext context) {
    try {
      return program.run(context);
    } catch (Blocked e) {
      return null;
    }
  }

  /** A program that has not begun. */
  static LocalState start(Program program, WorkerRun run, Counts counts, boolean clockTrusted) {
    return new LocalState(program, run, counts, clockTrusted, List.of(), null);
  }

  /** The same program in another process. */
  LocalState startAgain() {
    LocalState origin = startOver();
    if (origin.again == null) {
      origin.again = start(program, run.next(), counts, clockTrusted);
    }
    return origin.again;
  }

  /** The same run before it began. */
  LocalState startOver() {
    return first == null ? this : first;
  }

  /** The same run after its end, without its claim. */
  LocalState gone() {
    LocalState origin = startOver();
    if (origin.gone == null) {
      origin.gone = new LocalState(context -> GONE, run, counts, clockTrusted, List.of(), origin);
    }
    return origin.gone;
  }

  /** Whether it has not begun. */
  boolean isFresh() {
    return first == null;
  }

  /** The state after an answer that comes at this time of the worker's clocks. */
  LocalState after(Reply reply, Clocks clocks) {
    LocalState known = next.get(new Observation(reply, Clocks.UNSEEN));
    if (known == null) {
      known = next.get(new Observation(reply, clocks));
    }
    if (known != null) {
      return known;
    }
    List<Step> longer = new ArrayList<>(past);
    longer.add(new Step(request(), reply, clocks));
    LocalState answered =
        new LocalState(program, run, counts, clockTrusted, List.copyOf(longer), startOver());
    next.put(new Observation(reply, answered.script.looked() ? clocks : Clocks.UNSEEN), answered);
    return answered;
  }

  WorkerRun run() {
    return run;
  }

  boolean hasEnded() {
    return report != null;
  }

  Optional<Report> report() {
    return Optional.ofNullable(report);
  }

  /** What it waits for. */
  Request request() {
    Request open = script.open();
    if (open == null) {
      throw new IllegalStateException(run + " has ended");
    }
    return open;
  }

  /** What it has done to the world outside the store, in order. */
  List<String> notes() {
    return notes;
  }

  /** When it began to wait, by the worker's monotonic clock. */
  long waitingSince() {
    return past.get(past.size() - 1).clocks().monotonic();
  }

  /** Whether it has begun to execute the stage. */
  boolean isRunning() {
    return running;
  }

  /** What it got when it read a key last; empty also if it has not. */
  Optional<Content> lastRead(String key) {
    Optional<Content> last = Optional.empty();
    for (Step step : past) {
      if (step.request().key().equals(key) && step.reply() instanceof Reply.Read read) {
        last = Optional.ofNullable(read.content());
      }
    }
    return last;
  }

  /** The checkpoint that it has seen, and means to replace. */
  Optional<Content> seen() {
    return Optional.ofNullable(seen);
  }

  OptionalLong fencingToken() {
    return claim == null ? OptionalLong.empty() : OptionalLong.of(claim.fencingToken());
  }

  /** Whether its claim is valid at this time of the worker's clocks. */
  boolean isValid(Clocks now) {
    if (claim == null) {
      return false;
    }
    script.setClocks(now);
    return claim.isValid();
  }

  int number() {
    return number;
  }

  @Override
  public String toString() {
    return run + " " + (report == null ? "waits for " + script.open() : "ended: " + report);
  }
}
