package io.github.checkpointmanager.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One worker's JVM, seen from outside. Thread-safe. */
final class WorkerProcess {
  private final Assignment assignment;
  private final Optional<FakeClock> clock;
  private final Process process;
  private volatile boolean killed;
  private volatile long cutOffUntil = System.nanoTime();

  private WorkerProcess(Assignment assignment, Optional<FakeClock> clock, Process process) {
    this.assignment = assignment;
    this.clock = clock;
    this.process = process;
  }

  /**
   * Starts it on this JVM's class path.
   *
   * @param clock its wall clock; empty for the machine's
   */
  static WorkerProcess start(
      Assignment assignment, Optional<FakeClock> clock, Map<String, String> environment)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                ChaosWorker.class.getName()));
    command.addAll(assignment.toArguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    clock.ifPresent(fake -> builder.environment().putAll(fake.environment()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(log(assignment).toFile());
    return new WorkerProcess(assignment, clock, builder.start());
  }

  private static Path log(Assignment assignment) {
    return assignment.journal().resolveSibling(assignment.worker() + ".log");
  }

  /** What it wrote to its standard streams. */
  Path log() {
    return log(assignment);
  }

  Assignment assignment() {
    return assignment;
  }

  String name() {
    return assignment.worker();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether {@link #kill} ended it. */
  boolean isKilled() {
    return killed;
  }

  /** Once it has ended. */
  int status() {
    return process.exitValue();
  }

  void kill() {
    killed = true;
    process.destroyForcibly();
  }

  /** Until {@link #resume}. */
  void stop() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on, for so long, no request of it arrives. */
  void cutOff(long nanos) {
    cutOffUntil = System.nanoTime() + nanos;
  }

  boolean isCutOff() {
    return System.nanoTime() - cutOffUntil < 0;
  }

  /** Empty if it has the machine's. */
  Optional<FakeClock> clock() {
    return clock;
  }
}
