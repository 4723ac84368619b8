package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.StageFunction;
import io.github.checkpointmanager.payload.JacksonPayload;
import java.util.List;
import java.util.Locale;
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
  private final Consumer<String> out;
  private final Consumer<String> afterStage;

  /**
   * @param out gets what is to be said, line by line
   * @param afterStage is called with the name of each stage that is completed
   */
  public PenguinDemo(
      CheckpointManager checkpoints, Consumer<String> out, Consumer<String> afterStage) {
    this.checkpoints = checkpoints;
    this.out = out;
    this.afterStage = afterStage;
  }

  /** Runs what is not completed yet, and prints the accuracy on rows that were held out. */
  public void run() {
    Ingested ingested = stage(INGESTION, Ingested.class, PenguinCsv::readResource);
    Prepared prepared = stage(PREPROCESSING, Prepared.class, () -> Preprocessing.prepare(ingested));
    SoftmaxModel model = stage(TRAINING, SoftmaxModel.class, () -> SoftmaxModel.train(prepared));
    Evaluation result =
        stage(EVALUATION, Evaluation.class, () -> model.evaluate(prepared.heldOut()));
    out.accept(
        String.format(
            Locale.ROOT,
            "accuracy: %.4f (%d of %d held-out penguins; %d rows read, %d incomplete dropped)",
            result.accuracy(),
            result.correct(),
            result.total(),
            ingested.measurements().size(),
            prepared.dropped()));
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
    out.accept(name + ": " + (ran[0] ? "ran" : "skipped, it has a checkpoint"));
    afterStage.accept(name);
    return value;
  }
}
