package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.session.Session;

/** What becomes of the output of stages. */
public enum StageStreams {
  /** It goes where this command's goes, unseen by it. */
  INHERITED,
  /** By lines. */
  LINES,
  /** By lines that begin with the stage's name. */
  PREFIXED,
  /** As {@link #PREFIXED}, all of it to standard error, since standard output is for a document. */
  PREFIXED_ON_STANDARD_ERROR;

  public static StageStreams of(Session session, int jobs, boolean live) {
    if (session.output().isJson()) {
      return PREFIXED_ON_STANDARD_ERROR;
    }
    if (jobs > 1) {
      return PREFIXED;
    }
    return live ? LINES : INHERITED;
  }
}
