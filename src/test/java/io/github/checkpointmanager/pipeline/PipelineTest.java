package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.testing.Generator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is declared, in which order it runs, and what is refused. */
class PipelineTest {
  private static PipelineStage.Builder stage(String name, String... after) {
    return PipelineStage.of(name, task -> {}).after(after);
  }

  private static Pipeline.Builder declared(PipelineStage.Builder... stages) {
    Pipeline.Builder builder = Pipeline.named("etl");
    List.of(stages).forEach(builder::stage);
    return builder;
  }

  private static PipelineDefinitionException refusal(Pipeline.Builder builder) {
    return catchThrowableOfType(PipelineDefinitionException.class, builder::build);
  }

  private static List<String> order(Pipeline pipeline) {
    return pipeline.order().stream().map(PipelineStage::name).toList();
  }

  @Test
  void then_makesAList() {
    Pipeline list =
        Pipeline.named("etl").then(stage("a")).then(stage("b")).then(stage("c")).build();

    assertThat(list.stage("c").after()).containsExactly("b");
    assertThat(list.stage("b").after()).containsExactly("a");
    assertThat(list.stage("a").after()).isEmpty();
  }

  @Test
  void maxAttempts_isNotNegative() {
    PipelineStage.Builder stage = stage("a").maxAttempts(-1);

    assertThat(catchThrowableOfType(IllegalArgumentException.class, stage::build))
        .hasMessage("maxAttempts is negative: -1");
  }

  @Test
  void outputs_ofTwoStages_thatOverlap_areRefused() {
    for (String other : List.of("out/x", "./out/x", "out//x/", "out", "out/x/y", "out/z/../x")) {
      PipelineDefinitionException refused =
          refusal(declared(stage("a").outputs("out/x"), stage("b", "a").outputs(other)));

      assertThat(refused.stage()).contains("b");
      assertThat(refused.name()).contains(other);
      assertThat(refused)
          .hasMessage(
              "The stage 'b' was refused: its output '"
                  + other
                  + "' overlaps the output 'out/x' of the stage 'a'. Let each stage make files of"
                  + " its own.");
    }
    assertThat(refusal(declared(stage("a").outputs("d", "d/x"))))
        .hasMessageContaining("its outputs 'd' and 'd/x' overlap");
    declared(
            stage("a").outputs("out/x", "/out", "s3://b/k"),
            stage("b").outputs("out/xy", "s3://b/kk"))
        .build();
  }

  @Test
  void output_inAnInputOfTheSameStage_isRefused() {
    for (String input : List.of("data", ".", "data/made", "./data/made", "data/made/x")) {
      assertThat(refusal(declared(stage("a").inputs(input).outputs("data/made"))))
          .hasMessageContaining(
              "its output 'data/made' overlaps its own input '"
                  + input
                  + "', so it would never be up to date");
    }
    declared(stage("a").inputs("data/raw", "data/mad").outputs("data/made")).build();
    declared(stage("a").input("data", () -> "1").outputs("data/made")).build();
  }

  @Test
  void input_thatAStageMakesWhichDoesNotComeBefore_isRefused() {
    assertThat(refusal(declared(stage("use").inputs("mid"), stage("make").outputs("./mid"))))
        .hasMessage(
            "The stage 'use' was refused: its input 'mid' overlaps the output './mid' of the stage"
                + " 'make', and it does not come after that stage. Let it come after 'make'.");
    assertThat(refusal(declared(stage("use").inputs("."), stage("make", "use").outputs("mid"))))
        .hasMessageContaining("of the stage 'make', which comes after it. Declare only the files");
    assertThat(refusal(declared(stage("a").outputs("s3://b/d"), stage("b").inputs("s3://b/d/x"))))
        .hasMessageContaining("Let it come after 'a'.");
    declared(
            stage("make").outputs("mid/x"),
            stage("between", "make"),
            stage("use", "between").inputs("mid"))
        .build();
  }

  @Test
  void order_followsTheDeclarationWhereItCan() {
    assertThat(order(declared(stage("d", "c"), stage("b"), stage("a"), stage("c")).build()))
        .containsExactly("b", "a", "c", "d");
  }

  @Test
  void order_putsEveryStageBehindThoseItComesAfter() {
    Generator.forAll(
        200,
        generator -> generator.between(1, 30),
        Generator::anyLong,
        (size, seed) -> assertEveryStageIsBehindThoseItComesAfter(size, new Random(seed)));
  }

  private static void assertEveryStageIsBehindThoseItComesAfter(int size, Random random) {
    List<PipelineStage.Builder> stages = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      PipelineStage.Builder stage = stage("s" + i);
      for (int j = 0; j < i; j++) {
        if (random.nextInt(4) == 0) {
          stage.after("s" + j);
        }
      }
      stages.add(stage);
    }
    Collections.shuffle(stages, random);

    Pipeline pipeline = declared(stages.toArray(PipelineStage.Builder[]::new)).build();

    List<String> order = order(pipeline);
    assertThat(order).doesNotHaveDuplicates().hasSize(size);
    assertThat(pipeline.stages())
        .allSatisfy(
            stage ->
                assertThat(order.subList(0, order.indexOf(stage.name())))
                    .containsAll(stage.after()));
  }

  @Test
  void downstreamAndUpstream_areWholeAndInOrder() {
    Pipeline pipeline =
        declared(stage("a"), stage("b", "a"), stage("c", "a"), stage("d", "b", "c"), stage("e"))
            .build();

    assertThat(pipeline.withDownstream(List.of("b"))).containsExactly("b", "d");
    assertThat(pipeline.withUpstream(List.of("d"))).containsExactly("a", "b", "c", "d");
    assertThat(pipeline.dependents("a")).containsExactly("b", "c");
  }

  @Test
  void build_ofACircle_showsIt() {
    PipelineDefinitionException refusal =
        refusal(declared(stage("x"), stage("a", "x", "c"), stage("b", "a"), stage("c", "b")));

    assertThat(refusal)
        .hasMessage(
            "The pipeline 'etl' was refused: its dependencies form a circle: a -> b -> c -> a."
                + " Remove one of these dependencies.");
  }

  @Test
  void build_ofAStageAfterItself_showsIt() {
    assertThat(refusal(declared(stage("a", "a")))).hasMessageContaining("a -> a");
  }

  /** Deep enough for a recursive search to end in a stack overflow. */
  @Test
  void build_ofAVeryLongList_isFine() {
    Pipeline.Builder list = Pipeline.named("long");
    for (int i = 0; i < 20_000; i++) {
      list.then(stage("s" + i));
    }

    assertThat(list.build().order()).hasSize(20_000);
  }

  @Test
  void build_withAnUnknownName_namesTheNearest() {
    PipelineDefinitionException refusal =
        refusal(declared(stage("ingest"), stage("clean"), stage("train", "claen")));

    assertThat(refusal)
        .hasMessage(
            "The stage 'train' was refused: it depends on 'claen', and there is no such stage."
                + " Did you mean 'clean'? Correct the name.");
    assertThat(refusal.stage()).contains("train");
    assertThat(refusal.name()).contains("claen");
  }

  @Test
  void build_withAnUnknownNameLikeNoOther_namesThemAll() {
    assertThat(refusal(declared(stage("ingest"), stage("clean", "zzzzzzzz"))))
        .hasMessageEndingWith("Use one of 'ingest', 'clean'.");
  }

  @Test
  void stage_thatIsUnknown_isRefusedWithTheNearest() {
    Pipeline pipeline = declared(stage("clean")).build();

    assertThat(
            catchThrowableOfType(PipelineDefinitionException.class, () -> pipeline.stage("Cleen")))
        .hasMessageContaining("Did you mean 'clean'?");
  }

  @Test
  void build_ofNothing_ofTwins_andOfWhatIsNoName_isRefused() {
    assertThat(refusal(declared())).hasMessageContaining("has no stage");
    assertThat(refusal(declared(stage("a"), stage("a"))))
        .hasMessageContaining("two stages of this name");
    assertThat(refusal(declared(stage("")))).hasMessageContaining("a name is non-empty");
    assertThat(refusal(declared(stage("\uD800")))).hasMessageContaining("valid Unicode");
  }

  @Test
  void build_withAnInputOrOutputTwice_isRefused() {
    assertThat(refusal(declared(stage("a").inputs("x", "x"))))
        .hasMessageContaining("declares the input 'x' twice");
    assertThat(refusal(declared(stage("a").outputs("x", "x"))))
        .hasMessageContaining("declares the output 'x' twice");
    assertThat(refusal(declared(stage("a").inputs(""))))
        .hasMessageContaining("is empty or is not valid Unicode");
  }

  /** It is refused at once, and not when the task has worked for hours. */
  @Test
  void build_ofMoreThanFitsIntoACheckpoint_isRefused() {
    PipelineStage.Builder stage = stage("a");
    for (int i = 0; i < 400; i++) {
      stage.inputs("data/part-" + i + ".csv");
    }

    assertThat(refusal(declared(stage)))
        .hasMessageContaining("bytes in its checkpoint")
        .hasMessageContaining("Declare directories");
  }
}
