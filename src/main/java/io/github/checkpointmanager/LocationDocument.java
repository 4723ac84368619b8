package io.github.checkpointmanager;

import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A text that belongs to a whole location, kept as a record beside the checkpoints and written with
 * compare-and-set as they are. Thread-safe. {@code clear} does not delete it.
 */
public interface LocationDocument {
  /** The documents that a location may have. */
  enum Name {
    /** The declaration of the pipeline that ran here last, for views; no decision reads it. */
    PIPELINE_MANIFEST("pipeline.manifest"),
    /** The completed and the current step of the last rollback. */
    ROLLBACK_JOURNAL("rollback.journal");

    private final String key;

    Name(String key) {
      this.key = key;
    }

    /** The key below the location's prefix. */
    public String key() {
      return key;
    }
  }

  /**
   * One state of the document. Immutable.
   *
   * @param finished whether the activity that it describes has ended
   * @param text all of it
   * @param writtenAt by its writer's clock
   * @param version what {@link #write} replaces
   */
  record Content(boolean finished, String text, Instant writtenAt, Version version) {
    public Content {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(writtenAt, "writtenAt");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * Reads the document. 1 GET.
   *
   * @return empty if there is none
   * @throws CheckpointDamagedException it cannot be read; it was not changed
   */
  Optional<Content> read();

  /**
   * Writes the document, if it is still as it was seen. Atomic. 1 PUT; 1 GET more on a conflict.
   *
   * @param seen what {@link #read} or an earlier write returned; empty if there was none
   * @param finished whether the activity that it describes has ended
   * @return the current content
   * @throws CheckpointConflictException another process has written it; nothing was written
   * @throws OutcomeUnknownException it is not known whether it was written; read it again
   */
  Content write(Optional<Content> seen, boolean finished, String text);
}
