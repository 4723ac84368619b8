package io.github.checkpointmanager;

import java.util.List;
import java.util.Objects;

/**
 * What a location holds, every record read; payloads are described, not kept. Immutable.
 *
 * @param checkpoints the valid ones, by stage
 * @param problems the others, by stage
 */
public record Inventory(List<Checkpoint> checkpoints, List<Problem> problems) {
  public Inventory {
    checkpoints = List.copyOf(checkpoints);
    problems = List.copyOf(problems);
  }

  /**
   * A record that does not count.
   *
   * @param stage whose it would be
   * @param kind what is wrong
   * @param reason in words
   */
  public record Problem(String stage, Kind kind, String reason) {
    /** What is wrong with a record. */
    public enum Kind {
      /**
       * No valid record: its next save repairs it. A damaged payload beyond the first 64 KiB is
       * seen by whole reads alone, so such a stage still counts as completed where only the head is
       * read; clear it, or save it with a payload.
       */
      DAMAGED,
      /**
       * This version cannot read it, or it is of another stage. It stands in the way until that is
       * mended.
       */
      UNREADABLE
    }

    public Problem {
      Objects.requireNonNull(stage, "stage");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
