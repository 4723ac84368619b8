package io.github.checkpointmanager.pipeline.rollback;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One line of a rollback's journal. Immutable.
 *
 * @param at when it was written, by its writer's clock
 * @param event what happened
 * @param stage whose compensation; the target, or empty, for {@code STARTED} and {@code FINISHED}
 * @param attempt of the compensation, from 1 in each rollback; 0 for {@code STARTED} and {@code
 *     FINISHED}
 * @param origin which checkpoint is undone: the write id of the original; empty for {@code STARTED}
 *     and {@code FINISHED}
 * @param detail why it failed; else empty
 */
public record JournalEntry(
    Instant at, Event event, String stage, long attempt, String origin, String detail) {
  /** What a line says. */
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
    FINISHED
  }

  private static final int FIELDS = 6;

  public JournalEntry {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(detail, "detail");
  }

  /**
   * As it stands in the journal: fields with one space between, percent-encoded; {@code -}: none.
   */
  String line() {
    return String.join(
        " ",
        List.of(
            at.toString(),
            event.name().toLowerCase(Locale.ROOT),
            encoded(stage),
            Long.toString(attempt),
            encoded(origin),
            encoded(detail)));
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException it is none
   */
  static JournalEntry parse(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not " + FIELDS + " fields: " + line);
    }
    try {
      return new JournalEntry(
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
