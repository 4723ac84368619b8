package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.ProcessTree;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.internal.thread.DaemonThreads;
import io.github.checkpointmanager.pipeline.TaskContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One execution of a stage's command. It is started and awaited in one thread, since on Linux it
 * dies with that ({@link ChildProcess}). For one thread.
 */
record StageProcess(
    ProcessBuilder builder, TaskContext context, SignalForwarder signals, RunConsole console) {
  /**
   * After TERM, when the claim is lost: the successor begins two seconds after the lease at the
   * earliest.
   */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** What a background process of the command still holds is not waited for longer. */
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(10);

  /** Starts it and waits for its end; returns its status, 128 + n when signal n ended it. */
  int run() throws IOException {
    if (console.streams() == RunConsole.Streams.INHERITED) {
      builder
          .redirectOutput(ProcessBuilder.Redirect.INHERIT)
          .redirectError(ProcessBuilder.Redirect.INHERIT);
      console.session().output().flush();
    }
    Process child = builder.start();
    signals.add(child);
    try {
      List<Thread> copies = copies(child);
      int status = waitFor(child);
      copies.forEach(copy -> DaemonThreads.await(copy, LONGEST_DRAIN));
      return status;
    } finally {
      signals.remove(child);
    }
  }

  private List<Thread> copies(Process child) {
    List<Thread> copies = new ArrayList<>();
    if (console.streams() != RunConsole.Streams.INHERITED) {
      OutputStream err = console.session().streams().err();
      OutputStream out =
          console.streams() == RunConsole.Streams.PREFIXED_ON_STANDARD_ERROR
              ? err
              : console.session().streams().out();
      copies.add(copy(child.getInputStream(), out));
      copies.add(copy(child.getErrorStream(), err));
    }
    return copies;
  }

  private Thread copy(InputStream from, OutputStream to) {
    String prefix =
        console.streams() == RunConsole.Streams.LINES
            ? ""
            : Text.printable(context.stage()) + " | ";
    return DaemonThreads.start("checkpoint-output", () -> console.copy(from, to, prefix));
  }

  /** An interrupt comes with a signal that was handed on already, or since the claim was lost. */
  private int waitFor(Process child) {
    while (true) {
      try {
        return child.waitFor();
      } catch (InterruptedException e) {
        if (signals.received().isEmpty() || !context.isValid()) {
          stop(child);
        }
      }
    }
  }

  private static void stop(Process child) {
    ProcessTree tree = new ProcessTree(child.toHandle());
    tree.terminate();
    long begin = System.nanoTime();
    while (!tree.isGone() && System.nanoTime() - begin < GRACE.toNanos()) {
      pause();
    }
    tree.kill();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      // It is being stopped already.
    }
  }
}
