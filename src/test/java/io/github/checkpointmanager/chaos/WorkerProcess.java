package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.ChildJvm;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One worker's JVM, seen from outside. Thread-safe. */
final class WorkerProcess implements AutoCloseable {
  private final Assignment assignment;
  private final Optional<FakeClock> clock;
  private final ChildJvm jvm;
  private volatile OptionalLong killed = OptionalLong.empty();
  private volatile long cutOffUntil = System.nanoTime();

  private WorkerProcess(Assignment assignment, Optional<FakeClock> clock, ChildJvm jvm) {
    this.assignment = assignment;
    this.clock = clock;
    this.jvm = jvm;
  }

  /**
   * Starts it.
   *
   * @param program has a {@code main} that takes {@link Assignment#toArguments}
   * @param clock its wall clock; empty for the machine's
   */
  static WorkerProcess start(
      Class<?> program,
      Assignment assignment,
      Optional<FakeClock> clock,
      Map<String, String> environment) {
    ChildJvm.Builder worker =
        ChildJvm.running(program, assignment.toArguments().toArray(String[]::new))
            .options("-Xmx96m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
            .environment(environment)
            .outputTo(log(assignment))
            .limit(ChaosRun.PATIENCE.plusMinutes(1));
    clock.ifPresent(fake -> worker.environment(fake.environment()));
    return new WorkerProcess(assignment, clock, worker.start());
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
    return jvm.isAlive();
  }

  /**
   * When {@link #kill} was called first, by {@link System#nanoTime()}: it was alive before. Empty
   * if it was not.
   */
  OptionalLong killedAt() {
    return killed;
  }

  /** Once it has ended. */
  int status() {
    return jvm.await();
  }

  synchronized void kill() {
    if (killed.isEmpty()) {
      killed = OptionalLong.of(System.nanoTime());
    }
    jvm.kill();
  }

  /** Kills it, and whatever it may have started. */
  @Override
  public void close() {
    kill();
    jvm.close();
  }

  /** Until {@link #resume}. */
  void stop() {
    jvm.signal("STOP");
  }

  void resume() {
    jvm.signal("CONT");
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
