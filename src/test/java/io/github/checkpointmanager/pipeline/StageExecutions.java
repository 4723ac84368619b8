package io.github.checkpointmanager.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * The executions of the tasks of all worker processes, in one file. Each event is one write to its
 * end, so that it survives the death of its writer. Thread-safe, between processes too.
 */
final class StageExecutions {
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(2);

  private final Path file;

  StageExecutions(Path file) {
    this.file = file;
  }

  /** A task starts or ends. */
  record Event(boolean begins, String stage, long attempt, long token, long pid) {
    private static Event parse(String line) {
      String[] field = line.split(" ", -1);
      return new Event(
          field[0].equals("begin"),
          field[1],
          Long.parseLong(field[2]),
          Long.parseLong(field[3]),
          Long.parseLong(field[4]));
    }
  }

  void begin(TaskContext task) throws IOException {
    append("begin", task);
  }

  void end(TaskContext task) throws IOException {
    append("end", task);
  }

  private void append(String what, TaskContext task) throws IOException {
    String line =
        String.join(
            " ",
            what,
            task.stage(),
            Long.toString(task.attempt()),
            Long.toString(task.fencingToken().orElseThrow()),
            Long.toString(ProcessHandle.current().pid()));
    Files.writeString(
        file, line + "\n", UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** All events so far; an incomplete line is left out. */
  List<Event> read() throws IOException {
    if (Files.notExists(file)) {
      return List.of();
    }
    String text = Files.readString(file, UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Event::parse).toList();
  }

  /** Waits until the events satisfy the condition. */
  List<Event> await(Predicate<List<Event>> wished) throws Exception {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < PATIENCE) {
      List<Event> events = read();
      if (wished.test(events)) {
        return events;
      }
      Thread.sleep(20);
    }
    throw new TimeoutException("the events never came to what was waited for: " + read());
  }
}
