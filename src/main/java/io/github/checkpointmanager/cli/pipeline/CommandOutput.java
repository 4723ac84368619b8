package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.internal.process.DaemonThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The output of one command on its way to this command's streams, line by line. It goes on after
 * the command's end for as long as a process that the command left behind keeps the pipe open, but
 * nothing waits for that long. Thread-safe.
 */
final class CommandOutput {
  /** After the command's end: a process that says nothing for so long is not waited for. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);

  /** After the command's end: nothing that it left behind is waited for longer. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** A line that is longer is shown in pieces of this size. */
  private static final int LONGEST_LINE = 64 * 1024;

  private final List<Lines> streams;
  private int open; // guarded by this
  private long lastArrival = System.nanoTime(); // guarded by this
  private long ended; // guarded by this

  private CommandOutput(List<Lines> streams) {
    this.streams = streams;
    this.open = streams.size();
  }

  /** Begins to copy both streams of a command. */
  static CommandOutput follow(
      Process command, RunConsole console, OutputStream out, OutputStream err, String prefix) {
    byte[] before = prefix.getBytes(StandardCharsets.UTF_8);
    CommandOutput output =
        new CommandOutput(
            List.of(new Lines(console, out, before), new Lines(console, err, before)));
    output.copy(command.getInputStream(), output.streams.get(0));
    output.copy(command.getErrorStream(), output.streams.get(1));
    return output;
  }

  private void copy(InputStream from, Lines to) {
    DaemonThreads.start("checkpoint-output", () -> copyAll(from, to));
  }

  private void copyAll(InputStream from, Lines to) {
    byte[] chunk = new byte[8 * 1024];
    try (from) {
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        arrived();
        to.take(chunk, n);
      }
    } catch (IOException e) {
      // The pipe has ended.
    } finally {
      to.flush();
      closed();
    }
  }

  private synchronized void arrived() {
    lastArrival = System.nanoTime();
  }

  private synchronized void closed() {
    open--;
    notifyAll();
  }

  /** The command has ended. */
  synchronized void commandEnded() {
    ended = System.nanoTime();
    lastArrival = ended;
  }

  /**
   * Waits until all that the command wrote was copied: to the end of its streams, or until the
   * processes that it left behind write nothing any more.
   */
  void drain() {
    await();
    streams.forEach(Lines::flush);
  }

  private synchronized void await() {
    try {
      for (long left = left(); open > 0 && left > 0; left = left()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The run is to end.
    }
  }

  private long left() {
    long now = System.nanoTime();
    return Math.min(
        lastArrival + LONGEST_SILENCE.toNanos() - now, ended + LONGEST_WAIT.toNanos() - now);
  }

  /** Collects bytes to lines. Thread-safe. */
  private static final class Lines {
    private final RunConsole console;
    private final OutputStream to;
    private final byte[] prefix;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(); // guarded by this

    Lines(RunConsole console, OutputStream to, byte[] prefix) {
      this.console = console;
      this.to = to;
      this.prefix = prefix;
    }

    synchronized void take(byte[] bytes, int count) {
      for (int i = 0; i < count; i++) {
        line.write(bytes[i]);
        if (bytes[i] == '\n' || line.size() == LONGEST_LINE) {
          flush();
        }
      }
    }

    /** Shows what there is of a line. */
    synchronized void flush() {
      if (line.size() > 0) {
        console.print(to, prefix, line.toByteArray());
        line.reset();
      }
    }
  }
}
