package io.github.checkpointmanager.pipeline;

/** Identifies the content of an input that is neither a file nor an object: a table, a model. */
@FunctionalInterface
public interface InputDigest {
  /**
   * A text that changes whenever the content changes: a number of rows with the newest key, a
   * version. Not secret: it is stored readable, or its SHA-256 if it is longer than 200 characters.
   *
   * @throws Exception it cannot be told now; the stage is then not run
   */
  String compute() throws Exception;
}
