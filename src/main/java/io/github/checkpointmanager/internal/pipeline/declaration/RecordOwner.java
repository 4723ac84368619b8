package io.github.checkpointmanager.internal.pipeline.declaration;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException.Details;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.store.Explanation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose records a pipeline may use: its own, and those that no pipeline wrote, such as those of
 * plain saves. Pure.
 */
public final class RecordOwner {
  /** More stages than this are counted, not named. */
  private static final int MOST_NAMED = 5;

  private RecordOwner() {}

  /** Whether the run of another pipeline completed the stage. */
  public static boolean isOfAnother(String pipeline, Checkpoint record) {
    return record.pipeline().filter(owner -> !owner.equals(pipeline)).isPresent();
  }

  /**
   * Refuses records of other pipelines.
   *
   * @param location of the records, without its options
   * @param records of stages that the pipeline declares
   * @throws InvalidInputException some are of another pipeline
   */
  public static void require(String pipeline, String location, Stream<Checkpoint> records) {
    List<Checkpoint> others =
        records.filter(record -> isOfAnother(pipeline, record)).sorted(byStage()).toList();
    if (others.isEmpty()) {
      return;
    }
    String named =
        others.stream()
            .limit(MOST_NAMED)
            .map(record -> quoted(record.stage()) + " of " + quoted(owner(record)))
            .collect(Collectors.joining(", "));
    int more = others.size() - MOST_NAMED;
    throw new InvalidInputException(
        new Details(
            location,
            others.get(0).stage(),
            null,
            new Explanation(
                String.format(
                    Locale.ROOT, "The pipeline %s was refused in %s", quoted(pipeline), location),
                "another pipeline has completed stages of the same name there: "
                    + named
                    + (more > 0 ? ", and " + more + " more" : ""),
                "Give each pipeline a location of its own (`store:` in the file, or --store), or,"
                    + " if these stages are this pipeline's under its earlier name, run it with"
                    + " --adopt")),
        null);
  }

  private static Comparator<Checkpoint> byStage() {
    return Comparator.comparing(Checkpoint::stage);
  }

  private static String owner(Checkpoint record) {
    return record.pipeline().orElseThrow();
  }
}
