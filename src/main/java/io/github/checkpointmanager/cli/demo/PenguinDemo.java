package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.StageFunction;
import io.github.checkpointmanager.payload.JacksonPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Four stages from a CSV file to the accuracy of a classifier. Each stage's result is the payload
 * of its checkpoint, so a run that is killed anywhere resumes to the same numbers. Not thread-safe.
 */
public final class PenguinDemo {
  private static final String INGESTION = "data_ingestion";
  private static final String PREPROCESSING = "data_preprocessing";
  private static final String TRAINING = "model_training";
  private static final String EVALUATION = "evaluation";

  /** The stages, in order. */
  public static final List<String> STAGES = List.of(INGESTION, PREPROCESSING, TRAINING, EVALUATION);

  private final CheckpointManager checkpoints;
  private final Consumer<DemoResult.Stage> afterStage;
  private final List<DemoResult.Stage> stages = new ArrayList<>();

  /**
   * A demonstration with these checkpoints.
   *
   * @param afterStage is told of each stage as soon as it is completed
   */
  public PenguinDemo(CheckpointManager checkpoints, Consumer<DemoResult.Stage> afterStage) {
    this.checkpoints = checkpoints;
    this.afterStage = afterStage;
  }

  /** Runs what is not completed yet. */
  public DemoResult run() {
    Ingested ingested = stage(INGESTION, Ingested.class, PenguinCsv::readResource);
    Prepared prepared = stage(PREPROCESSING, Prepared.class, () -> Preprocessing.prepare(ingested));
    SoftmaxModel model = stage(TRAINING, SoftmaxModel.class, () -> SoftmaxModel.train(prepared));
    Evaluation result =
        stage(EVALUATION, Evaluation.class, () -> model.evaluate(prepared.heldOut()));
    return new DemoResult(
        stages,
        ingested.measurements().size(),
        prepared.dropped(),
        result.correct(),
        result.total());
  }

  private <T> T stage(String name, Class<T> type, StageFunction<T, RuntimeException> task) {
    boolean[] ran = {false};
    T value =
        checkpoints.stage(
            name,
            JacksonPayload.of(type),
            () -> {
              ran[0] = true;
              return task.call();
            });
    DemoResult.Stage stage = new DemoResult.Stage(name, ran[0]);
    stages.add(stage);
    afterStage.accept(stage);
    return value;
  }
}
