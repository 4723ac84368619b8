package io.github.checkpointmanager.pipeline;

import java.util.Objects;
import java.util.Optional;

/**
 * Something that a stage reads. Immutable.
 *
 * @param name the path of a file or directory, the address of an object, or, with a digest, any
 *     name
 * @param digest identifies its content; empty when an {@link InputSource} does
 */
public record StageInput(String name, Optional<InputDigest> digest) {
  public StageInput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(digest, "digest");
  }

  /** A file, a directory, or an object such as {@code s3://bucket/key}. */
  public static StageInput at(String pathOrAddress) {
    return new StageInput(pathOrAddress, Optional.empty());
  }

  /** Anything else, whose content the caller identifies. */
  public static StageInput of(String name, InputDigest digest) {
    return new StageInput(name, Optional.of(digest));
  }

  /** Identifies the content of an input that is neither a file nor an object: a table, a model. */
  @FunctionalInterface
  public interface InputDigest {
    /**
     * Returns a text that changes whenever the content changes: a version, or the number of rows
     * with the newest key. Never a secret: it is stored readable, or its SHA-256 if it is longer
     * than 200 characters.
     *
     * @throws Exception the content cannot be identified now; the stage then does not run
     */
    String compute() throws Exception;
  }
}
