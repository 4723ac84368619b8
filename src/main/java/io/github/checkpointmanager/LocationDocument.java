package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.Leases;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
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
   * @param owner who may write it next; empty when anybody may
   * @param writtenAt by its writer's clock
   * @param age when it was read, since it was written, by the store's clock; empty when that cannot
   *     be trusted, and in what {@link #write} returns
   * @param version what {@link #write} replaces
   */
  record Content(
      boolean finished,
      String text,
      Optional<Owner> owner,
      Instant writtenAt,
      Optional<Duration> age,
      Version version) {
    public Content {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(owner, "owner");
      Objects.requireNonNull(writtenAt, "writtenAt");
      Objects.requireNonNull(age, "age");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * The process that carries out what the document describes. It writes the document again before
   * its lease ends. The store does not enforce that others wait: they do by convention. Immutable.
   *
   * @param id random, drawn by the process
   * @param lease counted from each write
   */
  record Owner(String id, Duration lease) {
    public Owner {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(lease, "lease");
    }

    /** The age of the document after which another process may take it over: lease and margin. */
    public Duration takeoverAge() {
      return Leases.takeoverAge(lease);
    }
  }

  /**
   * Reads the document. 1 GET.
   *
   * @return empty if there is none
   * @throws CheckpointDamagedException it cannot be read; it was not changed
   */
  Optional<Content> read();

  /** As {@link #write(Optional, Optional, boolean, String)}, without owner. */
  default Content write(Optional<Content> seen, boolean finished, String text) {
    return write(seen, Optional.empty(), finished, text);
  }

  /**
   * Writes the document, if it is still as it was seen. Atomic. 1 PUT; 1 GET more on a conflict.
   *
   * @param seen what {@link #read} or an earlier write returned; empty if there was none
   * @param owner who may write it next
   * @param finished whether the activity that it describes has ended
   * @return the current content
   * @throws CheckpointConflictException another process has written it; nothing was written
   * @throws OutcomeUnknownException it is not known whether it was written; read it again
   */
  Content write(Optional<Content> seen, Optional<Owner> owner, boolean finished, String text);
}
