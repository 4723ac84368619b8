package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The document {@code pipeline.manifest} of a location: the declaration of the pipeline that ran
 * last, so that views can show stages that have no record yet. No decision reads it. It holds
 * names, and no values of parameters.
 */
final class DeclarationDocument {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

  private DeclarationDocument() {}

  /**
   * Writes the declaration unless it is current, or another pipeline's. 1 GET, and 1 PUT if it has
   * changed.
   */
  static void record(RunSettings settings, Pipeline pipeline) {
    LocationDocument document =
        settings.checkpoints().document(LocationDocument.Name.PIPELINE_MANIFEST);
    String text = text(pipeline);
    try {
      Optional<LocationDocument.Content> seen = document.read();
      Optional<String> current = seen.map(LocationDocument.Content::text);
      if (current.isPresent() && !settings.adopts() && !isSamePipeline(current.get(), text)) {
        LOG.warn(
            "The declaration of the pipeline {} was not recorded, and views do not show it: {} has"
                + " that of another pipeline. Give each pipeline a location of its own (`store:`),"
                + " or replace it with --adopt.",
            LogSafe.quoted(pipeline.name()),
            settings.checkpoints().location());
      } else if (!current.equals(Optional.of(text))) {
        document.write(seen, true, text);
      }
    } catch (CheckpointException e) {
      LOG.warn(
          "The declaration of the pipeline was not recorded, and views do not show it: {}",
          e.getMessage());
    }
  }

  /** The first line names the pipeline. */
  private static boolean isSamePipeline(String one, String other) {
    return one.lines().findFirst().equals(other.lines().findFirst());
  }

  /** One line for each declared thing: a word, a space, its name, percent-encoded. */
  static String text(Pipeline pipeline) {
    StringBuilder text = new StringBuilder();
    line(text, "pipeline", pipeline.name());
    for (PipelineStage stage : pipeline.stages()) {
      line(text, "stage", stage.name());
      stage.after().forEach(name -> line(text, "after", name));
      stage.inputs().forEach(input -> line(text, "input", input.name()));
      stage.params().keySet().forEach(name -> line(text, "param", name));
      stage.outputs().forEach(name -> line(text, "output", name));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String word, String name) {
    text.append(word)
        .append(' ')
        .append(URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
        .append('\n');
  }
}
