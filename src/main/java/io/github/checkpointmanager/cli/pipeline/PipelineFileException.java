package io.github.checkpointmanager.cli.pipeline;

import org.jspecify.annotations.Nullable;

/** A pipeline file was refused, or could not be read; nothing was run. */
public final class PipelineFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String why;
  private final String remedy;

  PipelineFileException(String what, String why, String remedy, @Nullable Throwable cause) {
    super(what + ": " + why + ". " + remedy + ".", cause);
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }

  /** What happened, with file, line and column where they are known. */
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
}
