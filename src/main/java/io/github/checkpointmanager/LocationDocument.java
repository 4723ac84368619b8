package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.save.WriteOutcome;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A text that belongs to a whole location, kept as a record beside the checkpoints and written with
 * compare-and-set as they are. Thread-safe. {@code clear} leaves it alone.
 */
public final class LocationDocument {
  /** The documents that a location may have. */
  public enum Name {
    /** The declaration of the pipeline that ran here last, for views; no decision reads it. */
    PIPELINE_MANIFEST("pipeline.manifest"),
    /** What the last rollback did and was about to do. */
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
   * @param state {@code RUNNING} while what it tells of is not finished, else {@code COMPLETED}
   * @param text all of it
   * @param writtenAt by its writer's clock
   * @param version what {@link #write} replaces
   */
  public record Content(State state, String text, Instant writtenAt, Version version) {
    public Content {
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(writtenAt, "writtenAt");
      Objects.requireNonNull(version, "version");
    }
  }

  private final Name name;
  private final RecordReader reader;
  private final SaveProtocol protocol;
  private final RecordFactory records;
  private final Errors errors;

  LocationDocument(
      Name name, RecordReader reader, SaveProtocol protocol, RecordFactory records, Errors errors) {
    this.name = name;
    this.reader = reader;
    this.protocol = protocol;
    this.records = records;
    this.errors = errors;
  }

  /**
   * What it says now. 1 GET.
   *
   * @return empty if there is none
   * @throws CheckpointDamagedException it cannot be read; it was left as it is
   */
  public Optional<Content> read() {
    Reading reading = translated("Reading " + name.key(), () -> reader.readWhole(name.key()));
    if (reading instanceof Reading.Absent) {
      return Optional.empty();
    }
    if (reading instanceof Reading.Found found) {
      return Optional.of(
          new Content(
              found.stored().record().state(),
              found
                  .stored()
                  .record()
                  .payload()
                  .flatMap(payload -> payload.bytes())
                  .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                  .orElse(""),
              found.stored().record().timestamp().orElse(found.stored().lastModified()),
              found.stored().version()));
    }
    throw errors.damagedDocument(
        name.key(),
        reading instanceof Reading.Damaged damaged
            ? damaged.reason()
            : ((Reading.Unreadable) reading).reason());
  }

  /**
   * Writes it, if it is still as it was seen. Atomic. 1 PUT; 1 GET more on a conflict.
   *
   * @param seen what {@link #read} or an earlier write gave; empty if there was none
   * @return what stands there now
   * @throws CheckpointConflictException another process wrote it meanwhile; nothing was written
   * @throws OutcomeUnknownException it is not known whether it was written; read it again
   */
  public Content write(Optional<Content> seen, State state, String text) {
    RecordWrite write = records.document(name.key(), state, text);
    WriteOutcome outcome =
        translated(
            "Writing " + name.key(),
            () ->
                seen.isPresent()
                    ? protocol.replace(write, seen.get().version())
                    : protocol.save(write));
    if (outcome instanceof WriteOutcome.Written written) {
      return new Content(
          state, text, write.record().timestamp().orElse(Instant.EPOCH), written.version());
    }
    throw errors.documentConflict(name.key());
  }

  private <T> T translated(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw errors.of(e, null, doing);
    } catch (RecordException e) {
      throw errors.damagedDocument(name.key(), e.why());
    }
  }
}
