package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.process.Execution;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.ProcessIdentity;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageRecord;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The headers of a claim that tell others on its machine whether its holder is dead. */
final class ExecutionHeaders {
  private ExecutionHeaders() {}

  /** Adds the headers; the process id that others judge by is this one. */
  static void write(Execution execution, Map<String, String> headers) {
    headers.put(Header.COOKIE, execution.cookie().value());
    execution
        .process()
        .ifPresent(
            process -> {
              headers.put(Header.PROCESS, Long.toString(process.pid()));
              headers.put(Header.MACHINE, process.machine());
              headers.put(Header.BOOT, process.boot());
              headers.put(Header.PID_NAMESPACE, process.pidNamespace());
              headers.put(Header.TIME_NAMESPACE, process.timeNamespace());
              headers.put(Header.UID, Long.toString(process.uid()));
              headers.put(Header.START_TICK, Long.toString(process.startTick()));
            });
  }

  /** Empty where a header is missing or has another form: then only the lease counts. */
  static Optional<Execution> read(StageRecord record) {
    try {
      ExecutionCookie cookie = new ExecutionCookie(record.header(Header.COOKIE).orElseThrow());
      return Optional.of(new Execution(cookie, process(record)));
    } catch (NoSuchElementException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ProcessIdentity> process(StageRecord record) {
    try {
      return Optional.of(
          new ProcessIdentity(
              record.header(Header.MACHINE).orElseThrow(),
              record.header(Header.BOOT).orElseThrow(),
              record.header(Header.PID_NAMESPACE).orElseThrow(),
              record.header(Header.TIME_NAMESPACE).orElseThrow(),
              Long.parseLong(record.header(Header.UID).orElseThrow()),
              Long.parseLong(record.header(Header.PROCESS).orElseThrow()),
              Long.parseLong(record.header(Header.START_TICK).orElseThrow())));
    } catch (NoSuchElementException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
