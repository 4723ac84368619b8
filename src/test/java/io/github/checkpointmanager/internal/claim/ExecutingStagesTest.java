package io.github.checkpointmanager.internal.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.Records;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which claims are those of workers that execute a stage. */
class ExecutingStagesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime();
  private final FaultyStore store = FaultyStore.around(new MemoryStore(time));
  private final ExecutingStages executing = new ExecutingStages(new RecordReader(store));

  @Test
  void aLiveClaimWithoutCheckpoint_isExecuting_andAnEndedOrExpiredOneIsNot() {
    claim("live", State.RUNNING, "1");
    claim("failed", State.FAILED, "1");
    claim("released", State.RELEASED, "1");
    time.pass(Duration.ofSeconds(64));
    claim("young", State.RUNNING, "1");

    assertThat(stages()).containsExactly("young");
  }

  @Test
  void aClaimThatIsNewerThanItsCheckpoint_isExecuting() {
    checkpoint("again", "1");
    time.pass(SECOND);
    claim("again", State.RUNNING, "2");

    assertThat(stages()).containsExactly("again");
  }

  @Test
  void theClaimThatCompletedItsStage_isNotExecuting_andIsNotRead() {
    claim("done", State.RUNNING, "1");
    claim("same-second", State.RUNNING, "1");
    checkpoint("same-second", "1");
    time.pass(SECOND);
    checkpoint("done", "1");
    store.reset();

    assertThat(stages()).isEmpty();
    assertThat(store.calls()).extracting("operation").containsExactly(Operation.LIST_PAGE);
  }

  /** The heartbeat had been sent before the completion, and landed after it. */
  @Test
  void theClaimThatCompletedItsStage_isNotExecuting_howeverLateItsLastRenewalLanded() {
    checkpoint("done", "7");
    time.pass(SECOND);
    claim("done", State.RUNNING, "7");

    assertThat(stages()).isEmpty();
  }

  @Test
  void aClaimOverADamagedCheckpoint_isExecuting() {
    Records.putCheckpoint(store, "broken", "junk");
    time.pass(SECOND);
    claim("broken", State.RUNNING, "1");

    assertThat(stages()).containsExactly("broken");
  }

  @Test
  void tenThousandFinishedStages_costNoRead() {
    for (int i = 0; i < 10_000; i++) {
      claim("s" + i, State.RUNNING, "1");
      checkpoint("s" + i, "1");
    }
    time.pass(SECOND);
    claim("s7", State.RUNNING, "2");
    store.reset();

    assertThat(stages()).containsExactly("s7");
    assertThat(store.calls())
        .filteredOn(call -> call.operation() != Operation.LIST_PAGE)
        .extracting("key")
        .containsExactly("s7.claim", "s7.checkpoint");
  }

  private List<String> stages() {
    return executing.of(LocationListing.list(store, ""), new ParallelReads(4)).stream()
        .map(ObservedClaim::stage)
        .toList();
  }

  private void claim(String stage, State state, String token) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.STAGE, stage);
    headers.put(Header.OWNER, "somebody");
    headers.put(Header.ATTEMPT, "1");
    headers.put(Header.TOKEN, token);
    headers.put(Header.LEASE, "PT1M");
    put(StageName.claimKey(stage), state, headers);
  }

  private void checkpoint(String stage, String token) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.STAGE, stage);
    headers.put(Header.TOKEN, token);
    put(StageName.checkpointKey(stage), State.COMPLETED, headers);
  }

  private void put(String key, State state, Map<String, String> headers) {
    Records.put(store, key, Records.encoded(state, headers, Optional.empty()));
  }
}
