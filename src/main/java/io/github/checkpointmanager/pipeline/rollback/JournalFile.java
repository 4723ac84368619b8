package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal.Event;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The journal as one process reads and writes it. Every write replaces exactly the version that
 * this process read or wrote last: of two rollbacks at once, or of a suspended one and the one that
 * resumed it, only one can continue. Thread-safe, because a heartbeat writes too.
 */
final class JournalFile {
  /** How often the journal of another process is looked at. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final LocationDocument document;
  private final Clock clock;
  private final Timing timing;
  private Optional<LocationDocument.Content> seen; // guarded by this
  private Optional<RollbackJournal> journal; // guarded by this

  /** Null while this process does not carry out the rollback. */
  private LocationDocument.@Nullable Owner mine; // guarded by this

  /** Reads the journal. 1 GET. */
  JournalFile(CheckpointManager checkpoints, Timing timing) {
    this.document = checkpoints.document(LocationDocument.Name.ROLLBACK_JOURNAL);
    this.clock = checkpoints.clock();
    this.timing = timing;
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

  synchronized Optional<RollbackJournal> journal() {
    return journal;
  }

  /** The journal, if its rollback is not over. */
  synchronized Optional<RollbackJournal> unfinished() {
    return journal.filter(j -> !j.isFinished());
  }

  /**
   * Makes this process the owner: of a new journal in place of one that is over, else of the
   * unfinished one, as soon as its owner has given it up or its lease and margin are over. 1 PUT;
   * while it waits, 1 GET each second.
   *
   * @param lease counted from each write of the journal
   * @throws RollbackException another process carries out a rollback
   */
  void take(String target, Duration lease) {
    if (unfinished().isPresent()) {
      awaitExpiry();
    }
    synchronized (this) {
      mine = new LocationDocument.Owner(WriteId.draw(), lease);
      String before = journal.map(RollbackJournal::lastEffective).orElse("");
      RollbackJournal next =
          unfinished()
              .orElseGet(
                  () ->
                      new RollbackJournal(
                          List.of(entry(Event.STARTED, target, 0, WriteId.draw(), before))));
      try {
        write(next);
      } catch (CheckpointConflictException e) {
        mine = null;
        throw underWay(e);
      }
    }
  }

  /** Waits until the owner's lease and margin are over; a renewal shows that the owner is alive. */
  private void awaitExpiry() {
    LocationDocument.Content first = current();
    if (first.owner().isEmpty()) {
      return;
    }
    Duration limit = first.owner().get().takeoverAge();
    long begin = timing.nanoTime();
    LocationDocument.Content now = first;
    while (true) {
      Duration watched = Duration.ofNanos(timing.nanoTime() - begin);
      Duration left = limit.minus(now.age().orElse(watched));
      if (left.isNegative()) {
        return;
      }
      try {
        timing.sleep(
            left.plusMillis(1).compareTo(LONGEST_PAUSE) < 0 ? left.plusMillis(1) : LONGEST_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw underWay(e);
      }
      Optional<LocationDocument.Content> next = document.read();
      if (next.isEmpty() || !next.get().version().equals(first.version())) {
        throw underWay(null);
      }
      now = next.get();
    }
  }

  private synchronized LocationDocument.Content current() {
    return seen.orElseThrow();
  }

  private static RollbackException underWay(@Nullable Exception cause) {
    return new RollbackException(
        RollbackException.Kind.BUSY,
        "The rollback did not begin",
        "another rollback of this location is under way",
        "Wait until it has finished, then run the rollback again",
        cause);
  }

  /** Writes the journal as it is, so that its lease begins again. 1 PUT, none without ownership. */
  synchronized void renew() {
    if (mine != null) {
      write(journal.orElseThrow());
    }
  }

  /** Adds a line about a step. 1 PUT. */
  synchronized void add(Event event, RollbackStep step, String detail) {
    add(entry(event, step.stage(), step.attempt(), step.origin(), detail));
  }

  /**
   * Adds the line about a failed step, and gives the journal up: the next rollback need not wait.
   */
  synchronized void fail(RollbackStep step, String detail) {
    mine = null;
    add(Event.FAILED, step, detail);
  }

  /** Adds the last line: everything is undone. 1 PUT. */
  synchronized void finish() {
    close(Event.FINISHED, started().origin(), "");
  }

  /** Adds the last line: nothing was undone, and the rollback before stays the last. 1 PUT. */
  synchronized void withdraw(String reason) {
    close(Event.ABANDONED, started().detail(), reason);
  }

  /** Adds the last line: what was undone so far stays undone. 1 PUT. */
  synchronized void abandon(String reason) {
    close(Event.ABANDONED, started().origin(), reason);
  }

  private RollbackJournal.Entry started() {
    return journal.orElseThrow().entries().get(0);
  }

  private void close(Event event, String origin, String detail) {
    LocationDocument.Owner before = mine;
    mine = null;
    try {
      add(entry(event, started().stage(), 0, origin, detail));
    } catch (CheckpointException e) {
      mine = before; // it may be given up later
      throw e;
    }
  }

  /** Gives the unfinished journal up, so that the next rollback need not wait. 1 PUT or none. */
  synchronized void giveUp() {
    if (mine != null) {
      mine = null;
      write(journal.orElseThrow());
    }
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
    Optional<LocationDocument.Owner> owner = Optional.ofNullable(mine);
    try {
      seen = Optional.of(document.write(seen, owner, next.isFinished(), text));
    } catch (OutcomeUnknownException e) {
      // Lines have the time and the id of this process's writes.
      seen =
          Optional.of(
              document
                  .read()
                  .filter(now -> now.text().equals(text) && now.owner().equals(owner))
                  .orElseThrow(() -> e));
    }
    journal = Optional.of(next);
  }
}
