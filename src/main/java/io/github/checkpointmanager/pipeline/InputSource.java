package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.ContentDigest;
import java.util.Optional;

/**
 * Identifies the content of files or objects that stages declare as inputs and outputs.
 * Implementations are thread-safe.
 */
public interface InputSource {
  /** Whether this source knows names of this form; no request. */
  boolean knows(String name);

  /**
   * Returns size and digest of the named file, directory or object. A run calls it on a thread of
   * its own, which it interrupts when the run is to end; what goes on for 2 s in spite of that is
   * left behind.
   *
   * @return empty only if it certainly does not exist
   * @throws InputException it cannot be identified: no permission, no answer, or nothing that
   *     identifies the content
   */
  Optional<ContentDigest> identify(String name) throws InputException;

  /**
   * Returns whether the named file, directory or object exists; for plans, which do not need its
   * content. By default it is identified; sources that know something cheaper override this.
   *
   * @throws InputException that cannot be said, or it certainly could not be identified
   */
  default boolean exists(String name) throws InputException {
    return identify(name).isPresent();
  }
}
