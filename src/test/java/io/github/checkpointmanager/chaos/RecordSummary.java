package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parts of a record that the check looks at.
 *
 * @param owner of a claim; empty in a checkpoint
 * @param token empty in a first claim until its first renewal
 */
record RecordSummary(State state, String writeId, String owner, long attempt, OptionalLong token) {
  /** The summary of a record's bytes; empty when they are no valid record. */
  static Optional<RecordSummary> of(byte[] bytes) {
    return RecordCodec.decode(bytes) instanceof Decoded.Valid valid
        ? Optional.of(of(valid.record()))
        : Optional.empty();
  }

  private static RecordSummary of(StageRecord record) {
    return new RecordSummary(
        record.state(),
        record.writeId().orElse(""),
        record.header(Header.OWNER).orElse(""),
        record.header(Header.ATTEMPT).map(Long::parseLong).orElse(0L),
        record.header(Header.TOKEN).stream().mapToLong(Long::parseLong).findFirst());
  }
}
