package io.github.checkpointmanager.internal.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.process.Execution;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims as other versions have written them, and as they will read ours. */
class ClaimRecordTest {
  private static StoredRecord golden(String name) throws IOException {
    MemoryStore store = new MemoryStore();
    Path file = Path.of("src/test/resources/golden/record", name + ".checkpoint");
    store.create("train.claim", Files.readAllBytes(file));
    return ((Reading.Found) new RecordReader(store).readHead("train.claim")).stored();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claim-completing", "claim-of-a-process"})
  void goldenClaim_isReadAndWrittenExactly(String name) throws IOException {
    StoredRecord stored = golden(name);
    Map<String, String> headers = new LinkedHashMap<>(stored.record().headers());
    headers.compute(Header.LEASE, (header, lease) -> Duration.parse(lease).toString());
    ClaimRecord claim = ClaimRecord.of(stored).orElseThrow();

    Map<String, String> written =
        new LinkedHashMap<>(
            claim.write(Instant.parse(headers.get(Header.TIMESTAMP))).record().headers());

    assertThat(claim.state()).isEqualTo(State.RUNNING);
    assertThat(claim.execution().flatMap(Execution::process)).isPresent();
    assertThat(written.remove(Header.WRITE_ID)).isNotEqualTo(headers.remove(Header.WRITE_ID));
    if (name.equals("claim-completing")) {
      assertThat(claim.maxAttempts()).isEqualTo(3);
      assertThat(claim.completing()).isTrue();
      assertThat(new ArrayList<>(written.entrySet()))
          .as("the same headers in the same order")
          .isEqualTo(new ArrayList<>(headers.entrySet()));
    } else {
      assertThat(written).as("besides what that version left out").containsAllEntriesOf(headers);
    }
  }
}
