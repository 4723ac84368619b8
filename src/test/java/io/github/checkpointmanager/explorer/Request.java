package io.github.checkpointmanager.explorer;

import org.jspecify.annotations.Nullable;

/**
 * What a worker waits for: a call of the port, a sleep, or a decision that its program leaves open.
 *
 * @param kind what
 * @param key of the object; the subject of a decision
 * @param content what is written
 * @param expected the version that is to be replaced
 * @param amount milliseconds of a sleep; alternatives of a decision
 */
record Request(
    Kind kind, String key, @Nullable Content content, @Nullable Content expected, long amount) {
  enum Kind {
    READ,
    READ_HEAD,
    CREATE,
    REPLACE,
    DELETE,
    LIST,
    SLEEP,
    DECIDE;

    boolean changes() {
      return this == CREATE || this == REPLACE || this == DELETE;
    }

    boolean isCall() {
      return this != SLEEP && this != DECIDE;
    }
  }

  static Request of(Kind kind, String key) {
    return new Request(kind, key, null, null, 0);
  }

  static Request sleep(long millis) {
    return new Request(Kind.SLEEP, "", null, null, millis);
  }

  static Request decide(String what, int alternatives) {
    return new Request(Kind.DECIDE, what, null, null, alternatives);
  }

  Content written() {
    if (content == null) {
      throw new IllegalStateException(kind + " writes nothing");
    }
    return content;
  }

  @Override
  public String toString() {
    return kind
        + " "
        + key
        + (content == null ? "" : " " + content)
        + (expected == null ? "" : " over " + expected)
        + (amount == 0 ? "" : " " + amount);
  }
}
