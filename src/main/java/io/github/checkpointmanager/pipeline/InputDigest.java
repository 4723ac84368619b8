package io.github.checkpointmanager.pipeline;

/** Identifies the content of an input that is neither a file nor an object: a table, a model. */
@FunctionalInterface
public interface InputDigest {
  /**
   * Returns a text that changes whenever the content changes: a version, or the number of rows with
   * the newest key. Never a secret: it is stored readable, or its SHA-256 if it is longer than 200
   * characters.
   *
   * @throws Exception the content cannot be identified now; the stage then does not run
   */
  String compute() throws Exception;
}
