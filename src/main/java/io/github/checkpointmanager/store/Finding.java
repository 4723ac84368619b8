package io.github.checkpointmanager.store;

import java.util.Objects;

/**
 * One line of a store's diagnosis.
 *
 * @param check what was tried, a few words
 * @param verdict how it went
 * @param detail what was seen
 * @param advice what to do about it; empty when nothing is to be done
 */
public record Finding(String check, Verdict verdict, String detail, String advice) {
  /** How a check went. */
  public enum Verdict {
    OK,
    /** Works, with a limitation that the advice names. */
    WARNING,
    /** The store is unfit until this is mended. */
    FAILED,
    /** Could not be checked (no permission to ask, no such function); the detail says why. */
    UNKNOWN
  }

  public Finding {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(advice, "advice");
  }
}
