package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The journal of the last rollback of a location: what it did and was about to do. Immutable.
 *
 * @param entries its lines; the first is {@code STARTED}
 */
public record RollbackJournal(List<Entry> entries) {
  public RollbackJournal {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || entries.get(0).event() != Event.STARTED) {
      throw new IllegalArgumentException("a journal begins with the start of a rollback");
    }
  }

  /** The stage that the rollback goes back to; empty when it undoes everything. */
  public Optional<String> target() {
    return Optional.of(entries.get(0).stage()).filter(stage -> !stage.isEmpty());
  }

  /** Whether the rollback is over: finished or abandoned. */
  public boolean isFinished() {
    return last().event() == Event.FINISHED || last().event() == Event.ABANDONED;
  }

  /** Whether it is over, and did not undo everything that it was to undo. */
  public boolean isAbandoned() {
    return last().event() == Event.ABANDONED;
  }

  Entry last() {
    return entries.get(entries.size() - 1);
  }

  /**
   * The id of the last rollback of the location that may have undone something. A rollback that was
   * abandoned before it undid anything leaves the one before. A run that sees another id than at
   * its start cannot trust what it read then.
   */
  public String lastEffective() {
    return isFinished() ? last().origin() : entries.get(0).origin();
  }

  /** Whether the compensation of this very checkpoint was started. */
  public boolean hasBegun(Checkpoint checkpoint) {
    return attempts(checkpoint.stage(), RollbackStep.origin(checkpoint)) > 0;
  }

  /** How often the compensation of a checkpoint was started. */
  public long attempts(String stage, String origin) {
    return count(stage, origin, Event.COMPENSATING);
  }

  /** Whether the compensation of a checkpoint has returned. */
  public boolean isCompensated(String stage, String origin) {
    return count(stage, origin, Event.COMPENSATED) > 0;
  }

  /** The stages whose compensation was started, in that order. */
  List<String> begun() {
    return entries.stream()
        .filter(entry -> entry.event() == Event.COMPENSATING)
        .map(Entry::stage)
        .distinct()
        .toList();
  }

  private long count(String stage, String origin, Event event) {
    return entries.stream()
        .filter(entry -> entry.event() == event)
        .filter(entry -> entry.stage().equals(stage) && entry.origin().equals(origin))
        .count();
  }

  RollbackJournal with(Entry entry) {
    return new RollbackJournal(Stream.concat(entries.stream(), Stream.of(entry)).toList());
  }

  String text() {
    return entries.stream().map(entry -> entry.line() + "\n").collect(Collectors.joining());
  }

  /**
   * Parses a journal, as {@code docs/FORMAT.md} specifies it.
   *
   * @throws IllegalArgumentException the text is not a journal
   */
  public static RollbackJournal parse(String text) {
    return new RollbackJournal(text.lines().map(Entry::parse).toList());
  }

  /**
   * One line of a rollback's journal. Immutable.
   *
   * @param at when it was written, by the clock of the writing manager
   * @param event what happened
   * @param stage the stage; for the first and the last line the target, or empty
   * @param attempt of the compensation, from 1 in each rollback; 0 in the first and the last line
   * @param origin which checkpoint is undone: the write id of the original. In the first and the
   *     last line the id of the rollback; where it was abandoned before it undid anything, the last
   *     line has that of the rollback before, or is empty
   * @param detail why it failed or was abandoned; of {@code STARTED} the id of the rollback before
   */
  public record Entry(
      Instant at, Event event, String stage, long attempt, String origin, String detail) {
    private static final int FIELDS = 6;

    public Entry {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(event, "event");
      Objects.requireNonNull(stage, "stage");
      Objects.requireNonNull(origin, "origin");
      Objects.requireNonNull(detail, "detail");
    }

    /** The text of the line: percent-encoded fields with one space between; {@code -} for empty. */
    String line() {
      return String.join(
          " ",
          at.toString(),
          event.name().toLowerCase(Locale.ROOT),
          encoded(stage),
          Long.toString(attempt),
          encoded(origin),
          encoded(detail));
    }

    /**
     * Parses a line.
     *
     * @throws IllegalArgumentException the text is not a line of a journal
     */
    static Entry parse(String line) {
      String[] fields = line.split(" ", -1);
      if (fields.length != FIELDS) {
        throw new IllegalArgumentException("not " + FIELDS + " fields: " + line);
      }
      try {
        return new Entry(
            Instant.parse(fields[0]),
            Event.valueOf(fields[1].toUpperCase(Locale.ROOT)),
            decoded(fields[2]),
            Long.parseLong(fields[3]),
            decoded(fields[4]),
            decoded(fields[5]));
      } catch (DateTimeException e) {
        throw new IllegalArgumentException("no time: " + fields[0], e);
      }
    }

    private static String encoded(String text) {
      if (text.isEmpty()) {
        return "-";
      }
      String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
      return encoded.equals("-") ? "%2D" : encoded;
    }

    private static String decoded(String field) {
      return field.equals("-") ? "" : URLDecoder.decode(field, StandardCharsets.UTF_8);
    }
  }

  /** What happened. */
  public enum Event {
    /** A rollback began. */
    STARTED,
    /** A compensation is about to be run. */
    COMPENSATING,
    /** It returned; the checkpoint is about to be deleted. */
    COMPENSATED,
    /** It threw, or its claim was lost; the rollback stopped. */
    FAILED,
    /** The rollback is done. */
    FINISHED,
    /** The rollback is over without being done: the caller gave it up, or a worker was at work. */
    ABANDONED
  }
}
