package io.github.checkpointmanager.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One request of one worker about one stage, as its proxy saw it. Times are of {@link
 * System#nanoTime()}.
 *
 * @param worker whose proxy it went through
 * @param expected of a PUT: the version that it replaces; {@link #NOTHING} for a create
 * @param arrived at the proxy
 * @param sent to the server; empty if it never was
 * @param answered by the server; empty if it was not
 * @param status of the server's answer
 * @param delivered whether the whole answer was sent on to the worker
 * @param version that the server's answer names
 * @param age of the object, by the store's clock, as the server's answer gives it
 * @param record of a PUT
 */
record WireRequest(
    String worker,
    Kind kind,
    String stage,
    String expected,
    long arrived,
    OptionalLong sent,
    OptionalLong answered,
    OptionalInt status,
    boolean delivered,
    Optional<String> version,
    Optional<Duration> age,
    Optional<RecordSummary> record) {
  /** What a create replaces. */
  static final String NOTHING = "*";

  enum Kind {
    GET_CLAIM,
    PUT_CLAIM,
    GET_CHECKPOINT,
    PUT_CHECKPOINT
  }

  /** Whether the server carried it out and reported that. */
  boolean isAccepted() {
    return status.isPresent() && status.getAsInt() == 200;
  }

  WireRequest withoutAge() {
    return new WireRequest(
        worker,
        kind,
        stage,
        expected,
        arrived,
        sent,
        answered,
        status,
        delivered,
        version,
        Optional.empty(),
        record);
  }

  boolean isCreate() {
    return expected.equals(NOTHING);
  }

  /** The record that a PUT writes. */
  RecordSummary written() {
    return record.orElseThrow();
  }
}
