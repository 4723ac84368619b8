package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.internal.pipeline.declaration.NearestName;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a pipeline was refused; nothing was read or written. The message says what
 * happened, why, and what to do.
 */
public final class PipelineDefinitionException extends IllegalArgumentException
    implements Explained {
  private static final long serialVersionUID = 1L;

  private final @Nullable String stage;
  private final @Nullable String name;
  private final Explanation explanation;

  private PipelineDefinitionException(
      @Nullable String stage, @Nullable String name, Explanation explanation) {
    super(explanation.message());
    this.stage = stage;
    this.name = name;
    this.explanation = explanation;
  }

  static PipelineDefinitionException unknown(
      String pipeline, String name, Collection<String> known) {
    return new PipelineDefinitionException(
        null,
        name,
        new Explanation(
            "There is no stage " + quoted(name),
            "the pipeline " + quoted(pipeline) + " does not declare it",
            correction(name, known)));
  }

  static PipelineDefinitionException unknownUpstream(
      String stage, String name, Collection<String> known) {
    return stage(
        stage,
        name,
        "it depends on " + quoted(name) + ", and there is no such stage",
        correction(name, known));
  }

  private static String correction(String name, Collection<String> known) {
    return NearestName.of(name, known)
        .map(nearest -> "Did you mean " + quoted(nearest) + "? Correct the name")
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
        new Explanation(
            "The pipeline " + quoted(pipeline) + " was refused",
            "its dependencies form a circle: "
                + cycle.stream().map(LogSafe::of).collect(Collectors.joining(" -> ")),
            "Remove one of these dependencies"));
  }

  static PipelineDefinitionException pipeline(String why, String remedy) {
    return new PipelineDefinitionException(
        null, null, new Explanation("The pipeline was refused", why, remedy));
  }

  static PipelineDefinitionException stage(
      String stage, @Nullable String name, String why, String remedy) {
    return new PipelineDefinitionException(
        stage, name, new Explanation("The stage " + quoted(stage) + " was refused", why, remedy));
  }

  @Override
  public Explanation explanation() {
    return explanation;
  }

  /** The stage in whose declaration the mistake is. */
  public Optional<String> stage() {
    return Optional.ofNullable(stage);
  }

  /** The refused name of a stage, an input or a parameter, as it was written. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }
}
