package io.github.checkpointmanager.pipeline;

import java.util.Map;
import java.util.OptionalLong;

/** What a task can know and say while it runs. Thread-safe. */
public interface TaskContext {
  String stage();

  /** Which execution of the stage this is, from 1, since the last clear; 1 without a claim. */
  long attempt();

  /**
   * A number greater than that of every earlier attempt, for systems that refuse what carries a
   * smaller one; empty without a claim.
   */
  OptionalLong fencingToken();

  /**
   * Whether the stage is still this worker's; look before anything that cannot be undone. True
   * without a claim. No request.
   */
  boolean isValid();

  /** A text for others to see: told to the listener, and written with the claim's next renewal. */
  void progress(String text);

  /** Adds one entry of free metadata to the checkpoint that will be saved. */
  void meta(String name, String value);

  /** Sets the payload of the checkpoint that will be saved. */
  void payload(String contentType, byte[] bytes);

  /** The parameters that the stage declares. */
  Map<String, String> params();
}
