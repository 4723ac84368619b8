package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import java.util.Optional;

/**
 * What the journal of rollbacks said when it was read. Immutable.
 *
 * @param last the last rollback that may have undone something; empty when there was none
 * @param unfinished the journal of a rollback that is not over
 * @param problem why the journal cannot be parsed; empty when it can
 */
record SeenRollback(String last, Optional<RollbackJournal> unfinished, Optional<String> problem) {
  static final SeenRollback NONE = new SeenRollback("", Optional.empty(), Optional.empty());

  /** Of the rollback that is not finished; it is continued as it was begun. */
  private String remedy() {
    String to =
        unfinished
            .flatMap(RollbackJournal::target)
            .map(target -> " --to " + LogSafe.of(target))
            .orElse("");
    return ": `checkpoint rollback"
        + to
        + "` finishes it, `checkpoint rollback --abandon` gives it up";
  }

  static SeenRollback of(Optional<LocationDocument.Content> read) {
    if (read.isEmpty()) {
      return NONE;
    }
    try {
      RollbackJournal journal = RollbackJournal.parse(read.get().text());
      return new SeenRollback(
          journal.lastEffective(),
          Optional.of(journal).filter(j -> !j.isFinished()),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      return new SeenRollback("", Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** Whether no stage may run or be skipped now. */
  boolean blocks() {
    return unfinished.isPresent() || problem.isPresent();
  }

  /** Why a stage is blocked. */
  Reason reason(String stage, Optional<Checkpoint> checkpoint) {
    if (problem.isPresent()) {
      return reason("the journal of the last rollback cannot be parsed: " + problem.get());
    }
    boolean begun =
        unfinished.isPresent() && checkpoint.filter(unfinished.get()::hasBegun).isPresent();
    return reason(
        begun
            ? "its rollback has begun and is not finished"
                + remedy()
                + " and makes "
                + quoted(stage)
                + " pending"
            : "a rollback is under way or was interrupted" + remedy());
  }

  /**
   * Why nothing may run that was decided by what was read before; empty when it may.
   *
   * @param now the journal, read after the stage was claimed
   */
  Optional<Reason> since(SeenRollback now) {
    if (now.blocks()) {
      return Optional.of(now.reason("", Optional.empty()));
    }
    return now.last().equals(last)
        ? Optional.empty()
        : Optional.of(
            reason(
                "a rollback has undone stages since this run began; run the pipeline again to begin"
                    + " from what is completed now"));
  }

  private static Reason reason(String sentence) {
    return new Reason(Code.ROLLED_BACK, sentence);
  }
}
