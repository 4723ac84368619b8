package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.StageFunction;
import io.github.checkpointmanager.cli.demo.PenguinCsv.Ingested;
import io.github.checkpointmanager.cli.demo.Preprocessing.Prepared;
import io.github.checkpointmanager.cli.demo.SoftmaxModel.Evaluation;
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
  private final Consumer<Stage> afterStage;
  private final List<Stage> stages = new ArrayList<>();

  /**
   * What a run of the demo did and found. Immutable.
   *
   * @param stages in order
   * @param rows of the CSV file
   * @param dropped rows that were incomplete
   * @param correct held-out penguins whose species was predicted correctly
   * @param heldOut how many were held out
   */
  public record Result(List<Stage> stages, int rows, int dropped, int correct, int heldOut) {
    /** From 0 to 1. */
    public double accuracy() {
      return (double) correct / heldOut;
    }
  }

  /**
   * One stage.
   *
   * @param ran whether it ran this time, or was skipped because it has a checkpoint
   */
  public record Stage(String stage, boolean ran) {}

  /**
   * A demonstration with these checkpoints.
   *
   * @param afterStage called with each stage as soon as it is completed
   */
  public PenguinDemo(CheckpointManager checkpoints, Consumer<Stage> afterStage) {
    this.checkpoints = checkpoints;
    this.afterStage = afterStage;
  }

  /** Runs what is not completed yet. */
  public Result run() {
    Ingested ingested = stage(INGESTION, Ingested.class, PenguinCsv::readResource);
    Prepared prepared = stage(PREPROCESSING, Prepared.class, () -> Preprocessing.prepare(ingested));
    SoftmaxModel model = stage(TRAINING, SoftmaxModel.class, () -> SoftmaxModel.train(prepared));
    Evaluation result =
        stage(EVALUATION, Evaluation.class, () -> model.evaluate(prepared.heldOut()));
    return new Result(
        List.copyOf(stages),
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
    Stage stage = new Stage(name, ran[0]);
    stages.add(stage);
    afterStage.accept(stage);
    return value;
  }
}
