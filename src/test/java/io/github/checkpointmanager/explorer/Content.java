package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Version;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one object. They are its version too, as an S3 ETag is a digest of the bytes: the
 * same bytes written again are the same version, which is the harder case.
 */
final class Content {
  private final String text;
  private @Nullable Decoded decoded;

  Content(String text) {
    this.text = text;
  }

  static Content of(byte[] bytes) {
    return new Content(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  Version version() {
    return new Version(text);
  }

  /** The record; empty when it is damaged. */
  Optional<StageRecord> stageRecord() {
    if (decoded == null) {
      decoded = RecordCodec.decode(bytes());
    }
    return decoded instanceof Decoded.Valid valid ? Optional.of(valid.record()) : Optional.empty();
  }

  boolean isCheckpoint() {
    return stageRecord().filter(r -> r.state() == State.COMPLETED).isPresent();
  }

  Optional<String> header(String name) {
    return stageRecord().flatMap(r -> r.header(name));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content content && text.equals(content.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return stageRecord()
        .map(r -> r.state() + " " + r.headers())
        .orElse("damaged (" + text.length() + " bytes)");
  }
}
