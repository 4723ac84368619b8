package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.internal.pipeline.declaration.NearestName;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The messages of refused declarations, so that all of them read alike. */
final class Refusals {
  private Refusals() {}

  static PipelineDefinitionException unknown(
      String pipeline, String name, Collection<String> known) {
    return new PipelineDefinitionException(
        null,
        name,
        "There is no stage " + quoted(name),
        "the pipeline " + quoted(pipeline) + " does not declare it",
        remedy(name, known));
  }

  static PipelineDefinitionException unknownUpstream(
      String stage, String name, Collection<String> known) {
    return new PipelineDefinitionException(
        stage,
        name,
        "The stage " + quoted(stage) + " was refused",
        "it comes after " + quoted(name) + ", and there is no such stage",
        remedy(name, known));
  }

  private static String remedy(String name, Collection<String> known) {
    return NearestName.of(name, known)
        .map(nearest -> "Did you mean " + quoted(nearest) + "?")
        .map(question -> question + " Correct the name")
        .orElseGet(
            () ->
                "Use one of "
                    + known.stream()
                        .limit(10)
                        .map(LogSafe::quoted)
                        .collect(Collectors.joining(", "))
                    + (known.size() > 10 ? ", …" : ""));
  }

  static PipelineDefinitionException cycle(String pipeline, List<String> cycle) {
    return new PipelineDefinitionException(
        cycle.get(0),
        null,
        "The pipeline " + quoted(pipeline) + " was refused",
        "its stages go in a circle: "
            + cycle.stream().map(LogSafe::of).collect(Collectors.joining(" -> ")),
        "Remove one of these dependencies");
  }

  static PipelineDefinitionException stage(
      @Nullable String stage, @Nullable String name, String why, String remedy) {
    return new PipelineDefinitionException(
        stage,
        name,
        stage == null ? "The pipeline was refused" : "The stage " + quoted(stage) + " was refused",
        why,
        remedy);
  }
}
