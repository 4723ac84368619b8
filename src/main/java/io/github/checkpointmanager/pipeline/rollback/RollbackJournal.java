package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.pipeline.rollback.JournalEntry.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the last rollback of a location did and was about to do, in order. Immutable.
 *
 * @param entries its lines; the first is {@code STARTED}
 */
public record RollbackJournal(List<JournalEntry> entries) {
  public RollbackJournal {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || entries.get(0).event() != Event.STARTED) {
      throw new IllegalArgumentException("a journal begins with the start of a rollback");
    }
  }

  /** The stage that the rollback goes back to; empty when it undoes everything. */
  public Optional<String> target() {
    String stage = entries.get(0).stage();
    return stage.isEmpty() ? Optional.empty() : Optional.of(stage);
  }

  /** Whether the rollback came to its end. */
  public boolean isFinished() {
    return entries.get(entries.size() - 1).event() == Event.FINISHED;
  }

  /** How often the compensation of a checkpoint was begun. */
  public long attempts(String stage, String origin) {
    return count(stage, origin, Event.COMPENSATING);
  }

  /** Whether the compensation of a checkpoint has returned. */
  public boolean isCompensated(String stage, String origin) {
    return count(stage, origin, Event.COMPENSATED) > 0;
  }

  private long count(String stage, String origin, Event event) {
    return entries.stream()
        .filter(entry -> entry.event() == event)
        .filter(entry -> entry.stage().equals(stage) && entry.origin().equals(origin))
        .count();
  }

  RollbackJournal with(JournalEntry entry) {
    List<JournalEntry> more = new ArrayList<>(entries);
    more.add(entry);
    return new RollbackJournal(more);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(entry.line()).append('\n'));
    return text.toString();
  }

  /**
   * Reads a journal.
   *
   * @throws IllegalArgumentException it is none
   */
  static RollbackJournal parse(String text) {
    return new RollbackJournal(text.lines().map(JournalEntry::parse).toList());
  }
}
