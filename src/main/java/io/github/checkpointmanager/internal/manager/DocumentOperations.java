package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.internal.claim.Leases;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads and writes one document of a location. Thread-safe. */
record DocumentOperations(Name name, Wiring wiring) implements LocationDocument {
  @Override
  public Optional<Content> read() {
    Reading reading = during("Reading ", () -> wiring.reader().readWhole(name.key()));
    if (reading instanceof Reading.Invalid invalid) {
      throw wiring.errors().damagedDocument(name.key(), invalid.reason());
    }
    return reading instanceof Reading.Found found
        ? Optional.of(content(found.stored(), found.object().age()))
        : Optional.empty();
  }

  private static Content content(StoredRecord stored, Optional<Duration> age) {
    StageRecord record = stored.record();
    return new Content(
        record.state() != State.RUNNING,
        record
            .payload()
            .flatMap(Payload::bytes)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse(""),
        owner(record),
        record.timestamp().orElse(stored.lastModified()),
        age,
        stored.version());
  }

  /** A lease that cannot be parsed counts as the longest of a claim that cannot be read. */
  private static Optional<Owner> owner(StageRecord record) {
    return record.header(Header.OWNER).map(id -> new Owner(id, lease(record)));
  }

  private static Duration lease(StageRecord record) {
    try {
      return record.header(Header.LEASE).map(Duration::parse).orElse(Leases.UNREADABLE);
    } catch (DateTimeParseException e) {
      return Leases.UNREADABLE;
    }
  }

  @Override
  public Content write(
      Optional<Content> seen, Optional<Owner> owner, boolean finished, String text) {
    State state = finished ? State.COMPLETED : State.RUNNING;
    RecordWrite write = wiring.records().document(name.key(), state, text, owner);
    SaveProtocol protocol = wiring.saves();
    WriteOutcome outcome =
        during(
            "Writing ",
            () ->
                seen.isPresent()
                    ? protocol.replace(write, seen.get().version())
                    : protocol.save(write));
    if (outcome instanceof WriteOutcome.Written written) {
      return content(write.stored(written.version()), Optional.empty());
    }
    throw wiring.errors().documentConflict(name.key());
  }

  private <T> T during(String doing, Supplier<T> work) {
    return wiring
        .errors()
        .during(
            null,
            doing + name.key(),
            () -> {
              try {
                return work.get();
              } catch (RecordException e) {
                throw wiring.errors().damagedDocument(name.key(), e.why());
              }
            });
  }
}
