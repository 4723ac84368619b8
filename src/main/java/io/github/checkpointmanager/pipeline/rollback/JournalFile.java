package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal.Event;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the journal of one rollback. Every line replaces exactly the version that this process
 * read or wrote last: of two rollbacks at once, or of a suspended one and the one that resumed it,
 * only one can continue. Not thread-safe.
 */
final class JournalFile {
  private final LocationDocument document;
  private final Clock clock;
  private Optional<LocationDocument.Content> seen;
  private @Nullable RollbackJournal journal;

  private JournalFile(LocationDocument document, Clock clock) {
    this.document = document;
    this.clock = clock;
    this.seen = document.read();
    this.journal = seen.map(JournalFile::parsed).orElse(null);
  }

  /** Reads the journal. 1 GET. */
  static JournalFile open(CheckpointManager checkpoints) {
    return new JournalFile(
        checkpoints.document(LocationDocument.Name.ROLLBACK_JOURNAL), checkpoints.clock());
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
    return Optional.ofNullable(journal);
  }

  /** The journal, if its rollback is not finished. */
  Optional<RollbackJournal> unfinished() {
    return journal().filter(j -> !j.isFinished());
  }

  /** Starts a new journal, in place of a finished one. 1 PUT. */
  void start(String target) {
    write(new RollbackJournal(List.of(entry(Event.STARTED, target, 0, "", ""))));
  }

  /** Adds a line. 1 PUT. */
  void add(Event event, String stage, long attempt, String origin, String detail) {
    if (journal == null) {
      throw new IllegalStateException("no rollback was started");
    }
    write(journal.with(entry(event, stage, attempt, origin, detail)));
  }

  private RollbackJournal.Entry entry(
      Event event, String stage, long attempt, String origin, String detail) {
    return new RollbackJournal.Entry(clock.instant(), event, stage, attempt, origin, detail);
  }

  private void write(RollbackJournal next) {
    try {
      seen = Optional.of(document.write(seen, next.isFinished(), next.text()));
    } catch (OutcomeUnknownException e) {
      seen = Optional.of(settled(next, e));
    }
    journal = next;
  }

  /** Reads back after an unknown outcome: an equal journal was written. */
  private LocationDocument.Content settled(RollbackJournal next, OutcomeUnknownException e) {
    return document.read().filter(now -> now.text().equals(next.text())).orElseThrow(() -> e);
  }
}
