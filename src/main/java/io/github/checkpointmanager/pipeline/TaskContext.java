package io.github.checkpointmanager.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Describes the current execution to its task, and takes progress, metadata and payload from it.
 * Thread-safe.
 */
public interface TaskContext {
  String stage();

  /** The number of this execution of the stage since the last clear, from 1; 1 without a claim. */
  long attempt();

  /**
   * The fencing token of the claim: greater than that of every earlier attempt, so that other
   * systems can refuse late writes with a smaller one. Empty without a claim.
   */
  OptionalLong fencingToken();

  /**
   * Marks the processes of this execution, see {@link
   * io.github.checkpointmanager.Claim#executionId}. Empty without a claim.
   */
  Optional<String> executionId();

  /**
   * Whether this worker still holds the claim; check it before anything that cannot be undone. True
   * without a claim. No request.
   */
  boolean isValid();

  /** Publishes a text: calls the listener, and writes it with the claim's next renewal. */
  void progress(String text);

  /** Adds one entry of free metadata to the checkpoint that will be saved. */
  void meta(String name, String value);

  /** Sets the payload of the checkpoint that will be saved. */
  void payload(String contentType, byte[] bytes);

  /** The parameters that the stage declares. */
  Map<String, String> params();
}
