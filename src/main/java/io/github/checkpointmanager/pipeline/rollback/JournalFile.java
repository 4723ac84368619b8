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
 * The journal of one rollback as it goes on. Every line replaces exactly the journal that this
 * process wrote or read before: of two rollbacks at once, or of one that was frozen and one that
 * went on in its place, only one gets further. Not thread-safe.
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

  /** 1 GET. */
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
          "the journal of an earlier one cannot be understood (" + e.getMessage() + ")",
          "Look at "
              + LocationDocument.Name.ROLLBACK_JOURNAL.key()
              + ", finish by hand what it began, and remove it",
          e);
    }
  }

  Optional<RollbackJournal> journal() {
    return Optional.ofNullable(journal);
  }

  /** The rollback that was begun and has not come to its end. */
  Optional<RollbackJournal> unfinished() {
    return journal().filter(j -> !j.isFinished());
  }

  /** Begins a new journal in place of a finished one. 1 PUT. */
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

  /** If the journal reads as it was to be written, it was. */
  private LocationDocument.Content settled(RollbackJournal next, OutcomeUnknownException e) {
    return document.read().filter(now -> now.text().equals(next.text())).orElseThrow(() -> e);
  }
}
