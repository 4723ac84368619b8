package io.github.checkpointmanager;

import io.github.checkpointmanager.store.Version;
import java.util.Objects;
import java.util.Optional;

/** What a store holds under a stage's key: a valid checkpoint, an invalid record, or nothing. */
public sealed interface Lookup {
  /** The stage that was looked up. */
  String stage();

  /** The checkpoint, if it is valid. */
  default Optional<Checkpoint> valid() {
    return this instanceof Valid valid ? Optional.of(valid.checkpoint()) : Optional.empty();
  }

  /** The record that does not count, if there is one. */
  default Optional<Invalid> invalid() {
    return this instanceof Invalid invalid ? Optional.of(invalid) : Optional.empty();
  }

  /** The stage is completed. */
  record Valid(Checkpoint checkpoint) implements Lookup {
    public Valid {
      Objects.requireNonNull(checkpoint, "checkpoint");
    }

    @Override
    public String stage() {
      return checkpoint.stage();
    }
  }

  /**
   * A record that does not count as the stage's checkpoint.
   *
   * @param stage whose it would be
   * @param kind what is wrong
   * @param reason in words
   * @param version the version that was read
   */
  record Invalid(String stage, Kind kind, String reason, Version version) implements Lookup {
    public Invalid {
      Objects.requireNonNull(stage, "stage");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(version, "version");
    }

    /** What is wrong with a record. */
    public enum Kind {
      /**
       * Not a valid record; the stage's next save repairs it. Damage of a payload beyond the first
       * 64 KiB is found by whole reads only, so such a stage still counts as completed where only
       * the head is read. Clear it, or save it with a payload.
       */
      DAMAGED,
      /**
       * This version cannot read it, or it belongs to another stage. The stage cannot be saved
       * until this is fixed.
       */
      UNREADABLE
    }
  }

  /** The store has no such key: the stage is not completed. */
  record Absent(String stage) implements Lookup {
    public Absent {
      Objects.requireNonNull(stage, "stage");
    }
  }
}
