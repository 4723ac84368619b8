package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.ContentDigest;
import java.util.Optional;

/**
 * Identifies the content of files or objects, which stages declare as inputs and outputs.
 * Implementations are thread-safe.
 */
public interface InputSource {
  /** Whether this source knows names of this form; no request. */
  boolean knows(String name);

  /**
   * Size and digest of what the name stands for.
   *
   * @return empty only if there certainly is no such thing
   * @throws InputException it cannot be told: no permission, no answer, nothing that identifies the
   *     content
   */
  Optional<ContentDigest> identify(String name) throws InputException;
}
