package io.github.checkpointmanager.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineDefinitionException;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.InputComparison;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.Rerun;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.store.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What plans, reruns, status and explanations say, in words. */
class ResumePlannerTest {
  private static final PlanOptions EXISTS = PlanOptions.standard();
  private static final PlanOptions FINGERPRINT =
      PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);

  private final Pipeline pipeline =
      Pipeline.named("etl")
          .stage(PipelineStage.of("ingest", task -> {}).inputs("data/raw.csv"))
          .stage(PipelineStage.of("clean", task -> {}).after("ingest").param("lr", "0.2"))
          .stage(PipelineStage.of("report", task -> {}).after("clean").codeVersion("b"))
          .build();
  private final Checkpoint ingested =
      RecordedCheckpoints.recorded(
          "ingest", "id-1", Map.of("inputs.data/raw.csv", "sha256:aa"), Map.of());
  private final Checkpoint cleaned =
      RecordedCheckpoints.recorded(
          "clean", "id-2", Map.of("params.lr", "0.2"), Map.of("ingest", "id-1"));
  private final Checkpoint reported =
      RecordedCheckpoints.recorded("report", "id-3", Map.of("code", "b"), Map.of("clean", "id-2"));

  private static RecordsSnapshot.Stage seen(Checkpoint facts) {
    return RecordsSnapshot.Stage.of(new Lookup.Valid(facts))
        .withInputs(RecordedCheckpoints.inputs(facts.inputs()));
  }

  private static RecordsSnapshot.Stage seen(Checkpoint facts, Map<String, String> now) {
    return RecordsSnapshot.Stage.of(new Lookup.Valid(facts))
        .withInputs(RecordedCheckpoints.inputs(now));
  }

  private RecordsSnapshot everything() {
    return new RecordsSnapshot(
        Map.of("ingest", seen(ingested), "clean", seen(cleaned), "report", seen(reported)),
        SeenRollback.NONE);
  }

  private RecordsSnapshot everythingBut(String stage, RecordsSnapshot.Stage other) {
    Map<String, RecordsSnapshot.Stage> stages = new java.util.HashMap<>(everything().stages());
    stages.put(stage, other);
    return new RecordsSnapshot(stages, SeenRollback.NONE);
  }

  private List<String> sentences(RecordsSnapshot seen, PlanOptions options) {
    return ResumePlanner.plan(pipeline, seen, options).decisions().stream()
        .map(StageDecision::sentence)
        .toList();
  }

  @Test
  void nothingRecorded_everythingRuns() {
    assertThat(sentences(new RecordsSnapshot(Map.of(), SeenRollback.NONE), EXISTS))
        .containsOnly("runs: it has no checkpoint");
  }

  @Test
  void everythingRecorded_isSkipped() {
    assertThat(sentences(everything(), EXISTS))
        .containsOnly("skipped: completed 2026-11-23T14:05:12Z by alice on worker-7");
    assertThat(sentences(everything(), FINGERPRINT))
        .containsOnly(
            "skipped: completed 2026-11-23T14:05:12Z by alice on worker-7, inputs unchanged");
  }

  @Test
  void aChangedInput_isNamed_andWhatComesAfterRuns() {
    RecordsSnapshot seen =
        everythingBut("ingest", seen(ingested, Map.of("inputs.data/raw.csv", "sha256:bb")));

    assertThat(sentences(seen, FINGERPRINT))
        .containsExactly(
            "runs: input 'data/raw.csv' changed", "runs: 'ingest' runs", "runs: 'clean' runs");
    assertThat(ResumePlanner.plan(pipeline, seen, EXISTS).toRun()).isEmpty();
  }

  @Test
  void aChangedParameterAndCodeVersion_areToldWithTheirValues() {
    Checkpoint old =
        RecordedCheckpoints.recorded(
            "clean", "id-2", Map.of("params.lr", "0.1"), Map.of("ingest", "id-1"));
    assertThat(
            sentences(everythingBut("clean", seen(old, Map.of("params.lr", "0.2"))), FINGERPRINT))
        .contains("runs: parameter 'lr' changed from 0.1 to 0.2");

    Checkpoint older =
        RecordedCheckpoints.recorded(
            "report", "id-3", Map.of("code", "a"), Map.of("clean", "id-2"));
    assertThat(sentences(everythingBut("report", seen(older, Map.of("code", "b"))), FINGERPRINT))
        .contains("runs: the code version changed from a to b");
  }

  @Test
  void anAddedAndARemovedComponent_areNamed() {
    RecordsSnapshot.Stage other =
        seen(
            RecordedCheckpoints.recorded(
                "clean", "id-2", Map.of("params.old", "1"), Map.of("ingest", "id-1")),
            Map.of("params.lr", "0.2"));

    assertThat(sentences(everythingBut("clean", other), FINGERPRINT))
        .contains("runs: parameter 'lr' was added; parameter 'old' was removed");
  }

  @Test
  void anUpstreamThatWasRunAgain_makesWhatWasBuiltOnItStale() {
    Checkpoint again = RecordedCheckpoints.recorded("ingest", "id-9", ingested.inputs(), Map.of());

    assertThat(sentences(everythingBut("ingest", seen(again)), FINGERPRINT))
        .containsExactly(
            "skipped: completed 2026-11-23T14:05:12Z by alice on worker-7, inputs unchanged",
            "runs: it was built on another checkpoint of 'ingest' than the current one, completed"
                + " 2026-11-23T14:05:12Z by alice on worker-7",
            "runs: 'clean' runs");
  }

  @Test
  void anotherSetOfUpstreams_isStale() {
    Checkpoint other =
        RecordedCheckpoints.recorded("clean", "id-2", cleaned.inputs(), Map.of("fetch", "id-7"));

    assertThat(sentences(everythingBut("clean", seen(other)), FINGERPRINT))
        .contains(
            "runs: it now depends on 'ingest', and was not built on it; it no longer depends on"
                + " 'fetch'");
  }

  @Test
  void anotherToolsCheckpoint_isSkippedByExistenceAndRunsByFingerprint() {
    RecordsSnapshot seen =
        everythingBut("clean", seen(RecordedCheckpoints.homeMade("clean"), cleaned.inputs()));

    assertThat(sentences(seen, EXISTS)).contains("skipped: completed 2026-11-23T14:05:12Z");
    assertThat(ResumePlanner.plan(pipeline, seen, FINGERPRINT).decision("clean").code())
        .isEqualTo(Code.NO_FINGERPRINT);
  }

  @Test
  void anotherToolsCheckpoint_ofAStageThatDependsOnNothing_isSkipped() {
    Pipeline alone = Pipeline.named("p").stage(PipelineStage.of("a", task -> {})).build();
    RecordsSnapshot seen =
        new RecordsSnapshot(
            Map.of("a", seen(RecordedCheckpoints.homeMade("a"), Map.of())), SeenRollback.NONE);

    assertThat(ResumePlanner.plan(alone, seen, FINGERPRINT).toSkip()).containsExactly("a");
  }

  @Test
  void aDigestThatIsNotOfItsComponents_isNoticed() {
    Checkpoint forged =
        RecordedCheckpoints.of(
            "ingest",
            ingested.headers().entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey,
                        header ->
                            header.getKey().equals(Header.FINGERPRINT)
                                ? "sha256:00"
                                : header.getValue())));

    assertThat(sentences(everythingBut("ingest", seen(forged)), FINGERPRINT))
        .contains("runs: its fingerprint does not match its components");
  }

  @Test
  void outputs_count_whenTheyAreLookedAt() {
    RecordsSnapshot.Stage gone =
        seen(cleaned)
            .withOutputs(
                List.of(
                    new DeclaredOutput("a", DeclaredOutput.State.MISSING, "it is missing"),
                    new DeclaredOutput("b", DeclaredOutput.State.CHANGED, "it is longer")));

    assertThat(sentences(everythingBut("clean", gone), EXISTS)).doesNotContain("runs");
    assertThat(sentences(everythingBut("clean", gone), EXISTS.withCheckOutputs()))
        .contains("runs: output 'a' is missing; output 'b' changed: it is longer");
  }

  @Test
  void whatCannotBeTold_isNeitherSkippedNorRun() {
    RecordsSnapshot.Stage unidentified =
        RecordsSnapshot.Stage.of(new Lookup.Valid(ingested))
            .withInputs(
                new RecordsSnapshot.Inputs(
                    Map.of(), Map.of(), Map.of("inputs.data/raw.csv", "input denied")));
    RecordsSnapshot.Stage unidentifiedOutput =
        seen(cleaned)
            .withOutputs(
                List.of(new DeclaredOutput("a", DeclaredOutput.State.UNREADABLE, "denied")));

    assertThat(sentences(everythingBut("ingest", unidentified), FINGERPRINT))
        .containsExactly(
            "blocked: input denied",
            "blocked: it depends on 'ingest', which is not completed",
            "blocked: it depends on 'ingest', which is not completed");
    assertThat(sentences(everythingBut("clean", unidentifiedOutput), EXISTS.withCheckOutputs()))
        .contains("blocked: output 'a' could not be compared: denied");
  }

  @Test
  void inputsThatWereNotRead_areAMistakeOfTheCaller() {
    RecordsSnapshot unread =
        new RecordsSnapshot(
            Map.of("ingest", RecordsSnapshot.Stage.of(new Lookup.Valid(ingested))),
            SeenRollback.NONE);

    assertThatThrownBy(() -> ResumePlanner.plan(pipeline, unread, FINGERPRINT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("were not read");
  }

  @Test
  void aStageToRunAgainThatIsUnknown_isRefused() {
    assertThatThrownBy(
            () -> ResumePlanner.plan(pipeline, everything(), EXISTS.withRerun(List.of("claen"))))
        .isInstanceOf(PipelineDefinitionException.class)
        .hasMessageContaining("Did you mean 'clean'?");
  }

  @Test
  void rerunFrom_clearsTheStageAndEverythingDownstream() {
    Rerun plan = recorded(everything(), EXISTS).rerunFrom("clean");

    assertThat(plan.toClear()).containsExactly("clean", "report");
    assertThat(plan.lost()).containsExactly(cleaned, reported);
    assertThat(plan.afterwards().toRun()).containsExactly("clean", "report");
  }

  @Test
  void rerunOnly_clearsOneStage_andShowsWhatBecomesStale() {
    assertThat(recorded(everything(), EXISTS).rerunOnly(List.of("clean")).afterwards().toRun())
        .containsExactly("clean");
    Rerun strict = recorded(everything(), FINGERPRINT).rerunOnly(List.of("clean"));
    assertThat(strict.toClear()).containsExactly("clean");
    assertThat(strict.afterwards().toRun()).containsExactly("clean", "report");
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "LATE"})
  void rerunFailed_clearsTheClaimsOfFailedStages(StageState state) {
    RecordsSnapshot.Stage failed =
        RecordsSnapshot.Stage.of(new Lookup.Absent("clean")).withClaim(claim("clean", state));
    RecordsSnapshot seen = everythingBut("clean", failed);

    Rerun plan = recorded(seen, EXISTS).rerunFailed();

    assertThat(plan.toClear()).containsExactly("clean");
    assertThat(plan.lost()).isEmpty();
    assertThat(plan.afterwards().toRun()).containsExactly("clean");
  }

  @Test
  void rerunOfAStageThatHasNothing_clearsNothing() {
    assertThat(
            recorded(new RecordsSnapshot(Map.of(), SeenRollback.NONE), EXISTS)
                .rerunFrom("ingest")
                .toClear())
        .isEmpty();
  }

  @Test
  void status_derivesEveryState() {
    Checkpoint old =
        RecordedCheckpoints.recorded(
            "clean", "id-2", Map.of("params.lr", "0.1"), Map.of("ingest", "id-1"));
    assertThat(states(everythingBut("clean", seen(old, Map.of("params.lr", "0.2")))))
        .containsExactly(StageState.COMPLETED, StageState.STALE, StageState.STALE);
    assertThat(states(new RecordsSnapshot(Map.of(), SeenRollback.NONE)))
        .containsOnly(StageState.PENDING);
    for (StageState state : List.of(StageState.RUNNING, StageState.LATE, StageState.FAILED)) {
      RecordsSnapshot.Stage claimed =
          RecordsSnapshot.Stage.of(new Lookup.Absent("report")).withClaim(claim("report", state));
      assertThat(states(everythingBut("report", claimed)))
          .containsExactly(StageState.COMPLETED, StageState.COMPLETED, state);
    }
    RecordsSnapshot.Stage damaged =
        RecordsSnapshot.Stage.of(
            new Lookup.Invalid(
                "report", Lookup.Invalid.Kind.DAMAGED, "rubbish", new Version("v1")));
    assertThat(states(everythingBut("report", damaged))).endsWith(StageState.CORRUPT);
  }

  private RecordedPipeline recorded(RecordsSnapshot seen, PlanOptions options) {
    return new RecordedPipeline(pipeline, seen, options, List.of());
  }

  private static StageStatus claim(String stage, StageState state) {
    return new StageStatus(stage, state, false, Optional.empty(), Optional.empty(), "");
  }

  private List<StageState> states(RecordsSnapshot seen) {
    return recorded(seen, FINGERPRINT).status().stages().stream()
        .map(PipelineStatus.Entry::state)
        .toList();
  }

  @Test
  void explanation_comparesEveryComponentAndUpstream() {
    Checkpoint old =
        RecordedCheckpoints.recorded(
            "clean", "id-2", Map.of("params.lr", "0.1", "code", "a"), Map.of("ingest", "id-0"));
    RecordsSnapshot seen =
        everythingBut("clean", seen(old, Map.of("params.lr", "0.2", "code", "a")));

    InputComparison explanation = recorded(seen, FINGERPRINT).compare("clean");

    assertThat(explanation.decision().action()).isEqualTo(StageDecision.Action.RUN);
    assertThat(explanation.components())
        .containsExactly(
            new ComponentComparison("code", Optional.of("a"), Optional.of("a")),
            new ComponentComparison("params.lr", Optional.of("0.1"), Optional.of("0.2")));
    assertThat(explanation.components())
        .extracting(ComponentComparison::isChanged)
        .containsExactly(false, true);
    assertThat(explanation.upstream())
        .containsExactly(
            new ComponentComparison("ingest", Optional.of("id-0"), Optional.of("id-1")));
  }

  @Test
  void explanation_againstAnOlderVersion_comparesThatOne() {
    Checkpoint older =
        RecordedCheckpoints.recorded(
            "clean", "id-0", Map.of("params.lr", "0.05"), Map.of("ingest", "id-0"));

    InputComparison explanation = recorded(everything(), FINGERPRINT).compare("clean", older);

    assertThat(explanation.decision().action()).isEqualTo(StageDecision.Action.SKIP);
    assertThat(explanation.components())
        .containsExactly(
            new ComponentComparison("params.lr", Optional.of("0.05"), Optional.of("0.2")));
  }
}
