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
}
