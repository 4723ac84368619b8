package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.record.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A history of one stage, written by hand, in seconds. {@link #good} is a history without
 * violations: the first worker is killed, the second takes over and completes the stage, the third
 * skips it.
 */
final class Trace {
  static final String STAGE = "s";
  static final String WRITE_ID = "c2";

  final List<WorkerEvent> events = new ArrayList<>();
  final List<WireRequest> wire = new ArrayList<>();
  final Map<String, RecordSummary> records = new HashMap<>();
  final List<String> problems = new ArrayList<>();
  final Map<String, Long> killed = new HashMap<>();

  static Trace good() {
    Trace trace = new Trace();
    trace.kill("w1", 2.5);
    trace.event("w1", 0, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.putClaim("w1", 1, "*", "v1", claim(State.RUNNING, "o1", 1));
    trace.event("w1", 1.5, WorkerEvent.Kind.CLAIMED, 1, "");
    trace.event("w1", 2, WorkerEvent.Kind.VALID, 1, "");

    trace.event("w2", 2, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getClaim("w2", 4, "v1", 3);
    trace.getCheckpoint("w2", 8.9);
    trace.getClaim("w2", 9, "v1", 8);
    trace.getAbsentCheckpoint("w2", 9.2);
    trace.putClaim("w2", 9.5, "v1", "v2", claim(State.RUNNING, "o2", 2));
    trace.event("w2", 10, WorkerEvent.Kind.CLAIMED, 2, "");
    trace.event("w2", 11, WorkerEvent.Kind.VALID, 2, "");
    trace.event("w2", 12, WorkerEvent.Kind.TASK_ENDED, 2, "");
    trace.putClaim("w2", 12.5, "v2", "v3", claim(State.RUNNING, "o2", 2));
    trace.putCheckpoint("w2", 13, completion(WRITE_ID, 2));
    trace.event("w2", 14, WorkerEvent.Kind.SAVED, 2, WRITE_ID);

    trace.event("w3", 15, WorkerEvent.Kind.ENTERED, 0, "waits");
    trace.getCheckpoint("w3", 15.5);
    trace.event("w3", 16, WorkerEvent.Kind.SKIPPED, 0, WRITE_ID);
    trace.records.put(STAGE, completion(WRITE_ID, 2));
    return trace;
  }

  History history() {
    return new History(
        Duration.ofSeconds(5), Set.of(STAGE), killed, events, wire, records, problems);
  }

  /** Attempt 1 has token 1000, attempt 2 has token 2000. */
  static long token(long attempt) {
    return attempt * 1000;
  }

  static RecordSummary claim(State state, String owner, long attempt) {
    return new RecordSummary(state, "", owner, attempt, OptionalLong.of(token(attempt)));
  }

  static RecordSummary completion(String writeId, long attempt) {
    return new RecordSummary(
        State.COMPLETED, writeId, "", attempt, OptionalLong.of(token(attempt)));
  }

  void event(String worker, double at, WorkerEvent.Kind kind, long attempt, String detail) {
    events.add(new WorkerEvent(worker, nanos(at), kind, STAGE, attempt, token(attempt), detail));
  }

  void kill(String worker, double at) {
    killed.put(worker, nanos(at));
  }

  /** Sent at once, and answered a tenth of a second later. */
  void putClaim(String worker, double at, String expected, String version, RecordSummary record) {
    wire.add(
        request(worker, WireRequest.Kind.PUT_CLAIM, at, expected, Optional.of(version), 0, record));
  }

  void putCheckpoint(String worker, double at, RecordSummary record) {
    wire.add(
        request(
            worker,
            WireRequest.Kind.PUT_CHECKPOINT,
            at,
            WireRequest.NOTHING,
            Optional.of("c"),
            0,
            record));
  }

  void getClaim(String worker, double at, String version, int age) {
    wire.add(request(worker, WireRequest.Kind.GET_CLAIM, at, "", Optional.of(version), age, null));
  }

  void getCheckpoint(String worker, double at) {
    wire.add(request(worker, WireRequest.Kind.GET_CHECKPOINT, at, "", Optional.empty(), 0, null));
  }

  void getAbsentCheckpoint(String worker, double at) {
    wire.add(
        request(
            worker,
            WireRequest.Kind.GET_CHECKPOINT,
            at,
            "",
            404,
            Optional.empty(),
            0,
            Optional.empty()));
  }

  private static WireRequest request(
      String worker,
      WireRequest.Kind kind,
      double at,
      String expected,
      Optional<String> version,
      int age,
      @org.jspecify.annotations.Nullable RecordSummary record) {
    return request(worker, kind, at, expected, 200, version, age, Optional.ofNullable(record));
  }

  private static WireRequest request(
      String worker,
      WireRequest.Kind kind,
      double at,
      String expected,
      int status,
      Optional<String> version,
      int age,
      Optional<RecordSummary> record) {
    return new WireRequest(
        worker,
        kind,
        STAGE,
        expected,
        nanos(at),
        OptionalLong.of(nanos(at)),
        OptionalLong.of(nanos(at + 0.1)),
        OptionalInt.of(status),
        true,
        version,
        Optional.of(Duration.ofSeconds(age)),
        record);
  }

  void forget(Predicate<WireRequest> which) {
    wire.removeIf(which);
  }

  private static long nanos(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }
}
