package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import org.jspecify.annotations.Nullable;

/** A pipeline file was refused, or could not be read; nothing was run. */
public final class PipelineFileException extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  private final Explanation explanation;

  PipelineFileException(Explanation explanation, @Nullable Throwable cause) {
    super(explanation.message(), cause);
    this.explanation = explanation;
  }

  @Override
  public Explanation explanation() {
    return explanation;
  }
}
