package io.github.checkpointmanager;

/** What a task knows and reports while it executes a claimed stage. Thread-safe. */
public interface StageContext {
  /** The stage's name. */
  String stage();

  /** Which execution of the stage this is, from 1, since the last clear. */
  long attempt();

  /**
   * A number greater than that of every earlier attempt, so that other systems can refuse requests
   * that carry a smaller one.
   */
  long fencingToken();

  /** Marks the processes of this execution, see {@link Claim#executionId}. */
  String executionId();

  /** Whether this worker still holds the claim; ask before what cannot be undone. No request. */
  boolean isValid();

  /** Sets a text for others to see; written with the next renewal. No request. */
  void progress(String text);
}
