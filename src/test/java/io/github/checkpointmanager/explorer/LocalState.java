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
 * Where one run of a program is: it waits for an answer, or has ended. Its whole past is what it
 * was told, since a program does the same when it is told the same. So each state is computed once,
 * by running the program from its start, and shared by all worlds in which it occurs.
 */
final class LocalState {
  private static final Report GONE = Report.of(Report.End.GIVEN_UP);

  private record Observation(Reply reply, Clocks clocks) {}

  private final Program program;
  private final Round round;
  private final Counts counts;
  private final boolean clockTrusted;
  private final List<Step> past;
  private final Script script;
  private final @Nullable Claim claim;
  private final boolean running;
  private final @Nullable Report report;
  private final int number;
  private final Map<Observation, LocalState> next = new HashMap<>();

  private final @Nullable LocalState first;
  private @Nullable LocalState again;
  private @Nullable LocalState gone;

  private LocalState(
      Program program,
      Round round,
      Counts counts,
      boolean clockTrusted,
      List<Step> past,
      @Nullable LocalState first) {
    this.first = first;
    this.program = program;
    this.round = round;
    this.counts = counts;
    this.clockTrusted = clockTrusted;
    this.past = past;
    this.script = new Script(past);
    this.number = counts.nextRun();
    Seat seat = new Seat(script, round, clockTrusted);
    this.report = ScriptedRandomness.during(round, () -> play(program, seat));
    this.claim = seat.claim();
    this.running = seat.isRunning();
  }

  private static @Nullable Report play(Program program, Seat seat) {
    try {
      return program.run(seat);
    } catch (Blocked e) {
      return null;
    }
  }

  /** A program that has not begun. */
  static LocalState start(Program program, Round round, Counts counts, boolean clockTrusted) {
    return new LocalState(program, round, counts, clockTrusted, List.of(), null);
  }

  /** The same program in another process. */
  LocalState startAgain() {
    LocalState origin = startOver();
    if (origin.again == null) {
      origin.again = start(program, round.next(), counts, clockTrusted);
    }
    return origin.again;
  }

  /** The same run before it began, when nothing is left of it. */
  LocalState startOver() {
    return first == null ? this : first;
  }

  /** The same run after its end, with nothing left of it that anybody might ask. */
  LocalState gone() {
    LocalState origin = startOver();
    if (origin.gone == null) {
      origin.gone = new LocalState(seat -> GONE, round, counts, clockTrusted, List.of(), origin);
    }
    return origin.gone;
  }

  /** Whether it has not begun. */
  boolean isFresh() {
    return first == null;
  }

  /** The state after an answer, which comes when the worker's clocks say this. */
  LocalState told(Reply reply, Clocks clocks) {
    LocalState known = next.get(new Observation(reply, Clocks.UNSEEN));
    if (known == null) {
      known = next.get(new Observation(reply, clocks));
    }
    if (known != null) {
      return known;
    }
    List<Step> longer = new ArrayList<>(past);
    longer.add(new Step(request(), reply, clocks));
    LocalState after =
        new LocalState(program, round, counts, clockTrusted, List.copyOf(longer), startOver());
    next.put(new Observation(reply, after.script.looked() ? clocks : Clocks.UNSEEN), after);
    return after;
  }

  Round round() {
    return round;
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
      throw new IllegalStateException(round + " has ended");
    }
    return open;
  }

  /** By the worker's monotonic clock, when it began to wait. */
  long waitingSince() {
    return past.get(past.size() - 1).clocks().monotonic();
  }

  /** Whether it has begun to execute the stage. */
  boolean isRunning() {
    return running;
  }

  OptionalLong fencingToken() {
    return claim == null ? OptionalLong.empty() : OptionalLong.of(claim.fencingToken());
  }

  /** Whether its claim would say that it is valid, if it were asked now. */
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
    return round + " " + (report == null ? "waits for " + script.open() : "ended: " + report);
  }
}
