package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.store.CheckpointStore;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes the records of one manager and refuses what cannot be stored, before any request. */
record RecordFactory(CheckpointStore store, Errors errors, ManagerSettings settings) {
  /** The claim under which a stage was executed. */
  record Claimed(long attempt, long fencingToken) {}

  /** The key of a stage's checkpoint. */
  String checkpointKey(String stage) {
    String key;
    try {
      key = StageName.checkpointKey(stage);
    } catch (IllegalArgumentException e) {
      throw errors.refused(stage, "Naming the stage", e);
    }
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > store.maxKeyBytes()) {
      throw errors.invalid(
          stage,
          "The stage name is too long",
          String.format(
              Locale.ROOT,
              "its key has %d bytes, and %s takes %d",
              bytes,
              errors.location(),
              store.maxKeyBytes()),
          "Use a shorter name; every character outside A-Z a-z 0-9 . _ - and space counts three"
              + " times its UTF-8 bytes");
    }
    return key;
  }

  /** A document of the location, ready to be sent. */
  RecordWrite document(
      String key, State state, String text, Optional<LocationDocument.Owner> owner) {
    Map<String, String> headers = headers(Optional.empty());
    owner.ifPresent(
        process -> {
          headers.put(Header.OWNER, process.id());
          headers.put(Header.LEASE, process.lease().toString());
        });
    Payload payload =
        Payload.of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    return RecordWrite.of(key, new StageRecord(state, headers, Optional.of(payload)));
  }

  /** A completed checkpoint, ready to be sent. */
  RecordWrite completed(String stage, SaveOptions options, Optional<Claimed> claimed) {
    String key = checkpointKey(stage);
    Optional<Payload> payload =
        options.payload().map(bytes -> Payload.of(options.payloadType().orElseThrow(), bytes));
    long limit = settings.maxPayloadBytes();
    if (payload.isPresent() && payload.get().length() > limit) {
      throw errors.invalid(
          stage,
          "The payload of " + LogSafe.quoted(stage) + " is too large",
          "it has " + payload.get().length() + " bytes, and the limit is " + limit,
          "Store it elsewhere and save its address, or raise the limit (maxPayloadBytes)");
    }
    Map<String, String> headers = headers(Optional.of(stage));
    claimed.ifPresent(
        claim -> {
          headers.put(Header.ATTEMPT, Long.toString(claim.attempt()));
          headers.put(Header.TOKEN, Long.toString(claim.fencingToken()));
        });
    options.startedAt().ifPresent(start -> headers.put(Header.STARTED, start.toString()));
    headers.putAll(options.provenance());
    try {
      options.meta().forEach((name, value) -> headers.put(Header.meta(name), value));
      return RecordWrite.of(key, new StageRecord(State.COMPLETED, headers, payload));
    } catch (IllegalArgumentException e) {
      throw errors.refused(stage, "Saving the checkpoint of", e);
    }
  }

  /** The headers of every record, with a write id of its own. */
  private Map<String, String> headers(Optional<String> stage) {
    Worker worker = settings.worker();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.WRITE_ID, WriteId.draw());
    headers.put(Header.TIMESTAMP, settings.clock().instant().toString());
    stage.ifPresent(name -> headers.put(Header.STAGE, name));
    headers.put(Header.USER, worker.user());
    headers.put(Header.HOST, worker.host());
    headers.put(Header.PROCESS, worker.process());
    return headers;
  }
}
