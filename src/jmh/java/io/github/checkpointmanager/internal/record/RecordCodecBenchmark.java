package io.github.checkpointmanager.internal.record;

import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a record costs besides its requests: {@code mvn -Pjmh test}. */
@State(Scope.Benchmark)
public class RecordCodecBenchmark {
  /** Of the payload; the last is the default limit. */
  @Param({"0", "1024", "5242880"})
  private int bytes;

  private StageRecord record;
  private byte[] encoded;

  @Setup
  public void prepare() {
    record =
        new StageRecord(
            io.github.checkpointmanager.internal.record.State.COMPLETED,
            Map.of(
                Header.WRITE_ID, "3f0c2a9b4d5e6f708192a3b4c5d6e7f8",
                Header.TIMESTAMP, "2026-11-23T14:05:12.123456Z",
                Header.STAGE, "data_ingestion"),
            bytes == 0
                ? Optional.empty()
                : Optional.of(Payload.of("application/octet-stream", new byte[bytes])));
    encoded = RecordCodec.encode(record);
  }

  @Benchmark
  public byte[] encode() {
    return RecordCodec.encode(record);
  }

  @Benchmark
  public Decoded decode() {
    return RecordCodec.decode(encoded);
  }
}
