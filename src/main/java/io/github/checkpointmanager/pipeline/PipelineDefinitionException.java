package io.github.checkpointmanager.pipeline;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a pipeline was refused; nothing was read or written. The message says what is
 * wrong, why, and what to do.
 */
public final class PipelineDefinitionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String stage;
  private final @Nullable String name;
  private final String what;
  private final String why;
  private final String remedy;

  PipelineDefinitionException(
      @Nullable String stage, @Nullable String name, String what, String why, String remedy) {
    super(what + ": " + why + ". " + remedy + ".");
    this.stage = stage;
    this.name = name;
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }

  /** What happened. */
  public String what() {
    return what;
  }

  public String why() {
    return why;
  }

  /** What to do. */
  public String remedy() {
    return remedy;
  }

  /** The stage in whose declaration the mistake is. */
  public Optional<String> stage() {
    return Optional.ofNullable(stage);
  }

  /** The name that was refused, as it was written: of a stage, an input, a parameter. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }
}
