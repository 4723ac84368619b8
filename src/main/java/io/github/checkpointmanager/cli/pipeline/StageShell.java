package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.process.ChildEnvironment;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.LaunchFailure;
import io.github.checkpointmanager.cli.process.RunningCommand;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.NoAttemptException;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.pipeline.TaskContext;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the commands of stages by {@code sh -e -c}, in the directory of the pipeline's file, without
 * standard input. Immutable and thread-safe.
 */
public record StageShell(
    List<String> line, OpenPipeline open, SignalForwarder signals, RunConsole console) {
  private static final File NOTHING = new File("/dev/null");

  /**
   * Finds the shell.
   *
   * @throws CommandException there is no shell
   */
  public static StageShell of(OpenPipeline open, SignalForwarder signals, RunConsole console) {
    Executables executables = new Executables(console.session().environment().get("PATH"));
    List<String> line = ChildProcess.dyingWithUs(List.of("sh", "-e", "-c"), executables);
    return new StageShell(line, open, signals, console);
  }

  public PipelineTask task(StageCommand command) {
    return context -> {
      List<String> words = new ArrayList<>(line);
      words.add(command.script());
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(open.directory().toFile())
              .redirectInput(ProcessBuilder.Redirect.from(NOTHING));
      ChildEnvironment environment = environment(command, context);
      environment.applyTo(builder.environment());
      requireSuccess(
          command,
          new StageProcess(builder, environment.cookie(), context, signals, console).run());
    };
  }

  private ChildEnvironment environment(StageCommand command, TaskContext context) {
    Map<String, String> all = new LinkedHashMap<>(command.variables());
    context
        .params()
        .forEach((name, value) -> all.put(ChildEnvironment.PARAMETER_PREFIX + name, value));
    LocationChoice.export(open.location(), all);
    all.put(ChildEnvironment.STAGE, context.stage());
    all.put(ChildEnvironment.ATTEMPT, Long.toString(context.attempt()));
    context
        .fencingToken()
        .ifPresent(token -> all.put(ChildEnvironment.TOKEN, Long.toString(token)));
    ExecutionCookie cookie =
        context.executionId().map(ExecutionCookie::new).orElseGet(ExecutionCookie::draw);
    return new ChildEnvironment(all, cookie);
  }

  private static void requireSuccess(StageCommand command, ChildProcess.Ended ended)
      throws StageCommandException, NoAttemptException {
    StageCommandException failure = new StageCommandException(ended.status());
    if (ended.status() != 0 && ended.stoppedBy().isEmpty()) {
      throw failure;
    }
    if (ended.stoppedBy().isPresent() && !(ended.status() == 0 && command.stopOk())) {
      String told = "the signal " + ended.stoppedBy().get() + " told its command to stop, and ";
      throw NoAttemptException.stopped(
          ended.status() == 0
              ? told
                  + "its status 0 does not say that its work is done: if it is, save it"
                  + " (checkpoint save), or declare 'stop-ok: true'"
              : told + failure.getMessage(),
          failure);
    }
  }

  /**
   * What a stage runs. Immutable.
   *
   * @param script for {@code sh -e -c}
   * @param variables of its environment that the file declares as {@code env}; each parameter of
   *     the execution is added as {@code CHECKPOINT_PARAM_name}
   * @param stopOk whether its success counts after a signal has told it to stop
   */
  public record StageCommand(String script, Map<String, String> variables, boolean stopOk) {
    public StageCommand {
      variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }
  }

  /**
   * One execution of a stage's command. It is started and awaited in one thread, since on Linux it
   * dies with that ({@link ChildProcess}). For one thread.
   */
  record StageProcess(
      ProcessBuilder builder,
      ExecutionCookie cookie,
      TaskContext context,
      SignalForwarder signals,
      RunConsole console) {
    /**
     * After TERM, when the claim is lost: the successor begins two seconds after the lease at the
     * earliest.
     */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /**
     * Starts it and waits for its end.
     *
     * @throws NoAttemptException it could not be started
     */
    ChildProcess.Ended run() throws NoAttemptException {
      if (console.streams() == RunConsole.Streams.INHERITED) {
        builder
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
        console.session().output().flush();
      }
      Process child = start();
      RunningCommand running = RunningCommand.of(child, cookie, true);
      signals.add(running);
      try {
        Optional<CommandOutput> output = console.follow(context.stage(), child);
        int status = waitFor(child, running);
        output.ifPresent(CommandOutput::commandEnded);
        return new ChildProcess.Ended(status, running.finish(signals, status, context::isValid));
      } finally {
        signals.remove(running);
      }
    }

    /** An interrupt comes with a signal that was handed on already, or since the claim was lost. */
    private int waitFor(Process child, RunningCommand running) {
      while (true) {
        try {
          return child.waitFor();
        } catch (InterruptedException e) {
          if (signals.received().isEmpty() || !context.isValid()) {
            running.end(GRACE);
          }
        }
      }
    }

    private Process start() throws NoAttemptException {
      try {
        return builder.start();
      } catch (IOException e) {
        LaunchFailure failure = LaunchFailure.of(e);
        throw NoAttemptException.notStarted(
            "its command was not started: " + failure.why() + ". " + failure.remedy(), e);
      }
    }
  }
}
