package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads and writes one document of a location. Thread-safe. */
final class DocumentOperations implements LocationDocument {
  private final Name name;
  private final Wiring wiring;
  private final SaveProtocol writes;

  DocumentOperations(Name name, Wiring wiring) {
    this.name = name;
    this.wiring = wiring;
    this.writes = wiring.saves();
  }

  @Override
  public Optional<Content> read() {
    Reading reading =
        translated("Reading " + name.key(), () -> wiring.reader().readWhole(name.key()));
    if (reading instanceof Reading.Absent) {
      return Optional.empty();
    }
    if (reading instanceof Reading.Found found) {
      return Optional.of(content(found.stored()));
    }
    throw wiring.errors().damagedDocument(name.key(), reading.whyInvalid().orElseThrow());
  }

  private static Content content(StoredRecord stored) {
    return new Content(
        stored.record().state() != State.RUNNING,
        stored
            .record()
            .payload()
            .flatMap(payload -> payload.bytes())
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse(""),
        stored.record().timestamp().orElse(stored.lastModified()),
        stored.version());
  }

  @Override
  public Content write(Optional<Content> seen, boolean finished, String text) {
    State state = finished ? State.COMPLETED : State.RUNNING;
    RecordWrite write = wiring.records().document(name.key(), state, text);
    WriteOutcome outcome =
        translated(
            "Writing " + name.key(),
            () ->
                seen.isPresent()
                    ? writes.replace(write, seen.get().version())
                    : writes.save(write));
    if (outcome instanceof WriteOutcome.Written written) {
      return new Content(
          finished, text, write.record().timestamp().orElse(Instant.EPOCH), written.version());
    }
    throw wiring.errors().documentConflict(name.key());
  }

  private <T> T translated(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw wiring.errors().of(e, null, doing);
    } catch (RecordException e) {
      throw wiring.errors().damagedDocument(name.key(), e.why());
    }
  }
}
