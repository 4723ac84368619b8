package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Puts records, good and bad, into stores by hand. */
public final class Records {
  /** A record of a format that this version must refuse. */
  public static final String NEWER_FORMAT = "COMPLETED\nFormat: 99\n";

  private Records() {}

  /** Bytes of a valid record in any state. */
  public static byte[] encoded(State state, Map<String, String> headers, Optional<Payload> body) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(Header.WRITE_ID, WriteId.draw());
    all.putAll(headers);
    return RecordCodec.encode(new StageRecord(state, all, body));
  }

  /** A claim of a stage with a lease, as ISO 8601 states it. */
  public static void putClaim(CheckpointStore store, String stage, State state, String lease) {
    put(
        store,
        StageName.claimKey(stage),
        encoded(state, Map.of(Header.LEASE, lease), Optional.empty()));
  }

  /** Writes this text in the place of a stage's checkpoint. */
  public static void putCheckpoint(CheckpointStore store, String stage, String text) {
    put(store, StageName.checkpointKey(stage), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a key, whatever it was before. */
  public static void put(CheckpointStore store, String key, byte[] bytes) {
    Optional<StoredObject> before = store.read(key);
    if (before.isPresent()) {
      store.replace(key, bytes, before.get().version());
    } else {
      store.create(key, bytes);
    }
  }

  /** Flips the last byte of a key: of a record with a payload, only the payload is damaged. */
  public static void damageLastByte(CheckpointStore store, String key) {
    byte[] bytes = store.read(key).orElseThrow().content().clone();
    bytes[bytes.length - 1] ^= 1;
    put(store, key, bytes);
  }
}
