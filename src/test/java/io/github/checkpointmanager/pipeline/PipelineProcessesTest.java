package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.pipeline.StageExecutions.Event;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.s3.TestStores;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.LocalStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three worker processes share one graph of 40 stages, and one of them is killed. */
@Tag("s3")
@Timeout(300)
class PipelineProcessesTest {
  private final List<ChildJvm> workers = new ArrayList<>();
  private final String bucket = LocalStack.newBucket();

  @TempDir private Path directory;

  @AfterEach
  void endWorkers() {
    workers.forEach(ChildJvm::close);
  }

  @Test
  void workerKilledInsideAStage_theOthersCompleteTheGraph_andRepeatOnlyItsOpenStages()
      throws Exception {
    StageExecutions executions = new StageExecutions(directory.resolve("executions"));
    for (int i = 0; i < SharedPipelineProgram.WORKERS; i++) {
      workers.add(
          SharedPipelineProgram.start(
              "s3://" + bucket + "/p?endpoint=" + LocalStack.endpoint(),
              directory.resolve("executions")));
    }

    long killed =
        executions.await(events -> events.stream().anyMatch(PipelineProcessesTest::isHeld)).stream()
            .filter(PipelineProcessesTest::isHeld)
            .findFirst()
            .orElseThrow()
            .pid();
    ChildJvm victim =
        workers.stream().filter(worker -> worker.pid() == killed).findFirst().orElseThrow();
    victim.kill();
    List<Map<String, StageOutcome>> reports = new ArrayList<>();
    for (ChildJvm worker : workers) {
      if (worker != victim) {
        reports.add(SharedPipelineProgram.outcomes(worker));
        assertThat(worker.await()).isZero();
      }
    }

    List<Event> events = executions.read();
    assertThat(events).extracting(Event::pid).contains(pids());
    assertThat(reports)
        .hasSize(2)
        .allSatisfy(
            report ->
                assertThat(report)
                    .hasSize(40)
                    .allSatisfy(
                        (stage, outcome) ->
                            assertThat(outcome).isIn(StageOutcome.RAN, StageOutcome.SKIPPED)));
    Map<String, Checkpoint> records = records();
    assertThat(records.keySet())
        .containsExactlyInAnyOrderElementsOf(
            SharedPipelineProgram.pipeline(executions).stages().stream()
                .map(PipelineStage::name)
                .toList());
    records.forEach((stage, record) -> assertThatStageIsTrue(record, events, killed, reports));
    assertThat(records)
        .hasEntrySatisfying(
            SharedPipelineProgram.HELD, record -> assertThat(record.attempt()).hasValue(2));
  }

  /** Executed once, or once more if the killed worker died before it recorded the stage. */
  private static void assertThatStageIsTrue(
      Checkpoint record, List<Event> events, long killed, List<Map<String, StageOutcome>> reports) {
    String stage = record.stage();
    long recorder = Long.parseLong(record.process().orElseThrow());
    List<Event> begun =
        events.stream().filter(event -> event.begins() && event.stage().equals(stage)).toList();
    Event last = begun.get(begun.size() - 1);
    assertThat(last.pid()).as("who executed %s last recorded it", stage).isEqualTo(recorder);
    assertThat(record.attempt()).as(stage).hasValue(last.attempt());
    assertThat(record.fencingToken()).as(stage).hasValue(last.token());
    assertThat(events)
        .as("its work was done")
        .contains(new Event(false, stage, last.attempt(), last.token(), last.pid()));
    assertThat(begun.subList(0, begun.size() - 1))
        .as("earlier executions of %s", stage)
        .hasSizeLessThanOrEqualTo(1)
        .allSatisfy(
            event -> {
              assertThat(event.pid()).isEqualTo(killed).isNotEqualTo(recorder);
              assertThat(event.token()).isLessThan(last.token());
            });
    assertThat(reports.stream().filter(report -> report.get(stage) == StageOutcome.RAN))
        .as("survivors that report to have run %s", stage)
        .hasSize(recorder == killed ? 0 : 1);
  }

  private static boolean isHeld(Event event) {
    return event.begins() && event.stage().equals(SharedPipelineProgram.HELD);
  }

  private Long[] pids() {
    return workers.stream().map(ChildJvm::pid).toArray(Long[]::new);
  }

  /** The one record of each stage, built on the records of the stages before it. */
  private Map<String, Checkpoint> records() {
    var store = TestStores.open(bucket, "p");
    Map<String, Checkpoint> records = new TreeMap<>();
    try (var checkpoints = CheckpointManager.builder().store(store).open()) {
      for (Checkpoint listed : checkpoints.list().checkpoints()) {
        assertThat(records.put(listed.stage(), checkpoints.get(listed.stage()).orElseThrow()))
            .isNull();
      }
    }
    records
        .values()
        .forEach(
            record ->
                record
                    .upstream()
                    .forEach(
                        (before, identity) ->
                            assertThat(records)
                                .hasEntrySatisfying(
                                    before,
                                    found -> assertThat(found.originId()).contains(identity))));
    return records;
  }
}
