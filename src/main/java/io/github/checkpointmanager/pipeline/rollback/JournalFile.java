package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal.Event;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Writes the journal of one rollback. Every line replaces exactly the version that this process
 * read or wrote last: of two rollbacks at once, or of a suspended one and the one that resumed it,
 * only one can continue. Not thread-safe.
 */
final class JournalFile {
  private final LocationDocument document;
  private final Clock clock;
  private Optional<LocationDocument.Content> seen;
  private Optional<RollbackJournal> journal;

  /** Reads the journal. 1 GET. */
  JournalFile(CheckpointManager checkpoints) {
    this.document = checkpoints.document(LocationDocument.Name.ROLLBACK_JOURNAL);
    this.clock = checkpoints.clock();
    this.seen = document.read();
    this.journal = seen.map(JournalFile::parsed);
  }

  private static RollbackJournal parsed(LocationDocument.Content content) {
    try {
      return RollbackJournal.parse(content.text());
    } catch (IllegalArgumentException e) {
      throw new RollbackException(
          RollbackException.Kind.DAMAGED,
          "The rollback did not begin",
          "the journal of an earlier rollback cannot be parsed (" + e.getMessage() + ")",
          "Read "
              + LocationDocument.Name.ROLLBACK_JOURNAL.key()
              + ", finish that rollback by hand, and remove the journal",
          e);
    }
  }

  Optional<RollbackJournal> journal() {
    return journal;
  }

  /** The journal, if its rollback is not finished. */
  Optional<RollbackJournal> unfinished() {
    return journal.filter(j -> !j.isFinished());
  }

  /** Starts a new journal, in place of a finished one. 1 PUT. */
  void start(String target) {
    write(new RollbackJournal(List.of(entry(Event.STARTED, target, 0, "", ""))));
  }

  /** Adds a line about a step. 1 PUT. */
  void add(Event event, RollbackStep step, String detail) {
    add(entry(event, step.stage(), step.attempt(), step.origin(), detail));
  }

  /** Adds the last line. 1 PUT. */
  void finish(String target) {
    add(entry(Event.FINISHED, target, 0, "", ""));
  }

  private RollbackJournal.Entry entry(
      Event event, String stage, long attempt, String origin, String detail) {
    return new RollbackJournal.Entry(clock.instant(), event, stage, attempt, origin, detail);
  }

  private void add(RollbackJournal.Entry entry) {
    write(journal.orElseThrow().with(entry));
  }

  private void write(RollbackJournal next) {
    String text = next.text();
    try {
      seen = Optional.of(document.write(seen, next.isFinished(), text));
    } catch (OutcomeUnknownException e) {
      // An equal journal was written by this process.
      seen =
          Optional.of(document.read().filter(now -> now.text().equals(text)).orElseThrow(() -> e));
    }
    journal = Optional.of(next);
  }
}
