package io.github.checkpointmanager.store;

/** A failure that explains itself; implemented by exceptions. */
public interface Explained {
  /** Returns what happened, why, and what to do. */
  Explanation explanation();

  /** What happened; the first part of the message. */
  default String what() {
    return explanation().what();
  }

  /** The cause, as far as it is known; the second part of the message. */
  default String why() {
    return explanation().why();
  }

  /** What to do; the third part of the message. */
  default String remedy() {
    return explanation().remedy();
  }
}
