package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.process.ChildProcess.ChildEnvironment;
import io.github.checkpointmanager.cli.process.ChildProcess.DeathSignal;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.store.StoreLocation;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the commands of stages by {@code sh -e -c}, in the directory of the pipeline's file, without
 * standard input. Immutable and thread-safe.
 */
public final class StageShell {
  private static final File NOTHING = new File("/dev/null");

  /** Where the output of stages goes. */
  public enum Streams {
    /** To this command's own streams, directly. */
    INHERITED,
    /** Through this command, line by line. */
    LINES,
    /** Line by line; each line begins with the stage's name. */
    PREFIXED,
    /** As {@link #PREFIXED}, all to standard error: standard output is for a document. */
    PREFIXED_ON_STANDARD_ERROR;

    public static Streams of(Session session, int jobs, boolean live) {
      if (session.output().isJson()) {
        return PREFIXED_ON_STANDARD_ERROR;
      }
      if (jobs > 1) {
        return PREFIXED;
      }
      return live ? LINES : INHERITED;
    }
  }

  private final List<String> line;
  private final Path directory;
  private final StoreLocation location;
  private final SignalForwarder signals;
  private final RunConsole console;
  private final Streams streams;

  /**
   * Finds the shell.
   *
   * @throws CommandException there is no shell
   */
  public StageShell(
      OpenPipeline pipeline, SignalForwarder signals, RunConsole console, Streams streams) {
    Executables executables = new Executables(console.session().environment().get("PATH"));
    this.line = DeathSignal.line(List.of("sh", "-e", "-c"), executables);
    this.directory = pipeline.directory();
    this.location = pipeline.location();
    this.signals = signals;
    this.console = console;
    this.streams = streams;
  }

  public PipelineTask task(StageCommand command) {
    return context -> {
      List<String> words = new ArrayList<>(line);
      words.add(command.script());
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(directory.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(NOTHING));
      ChildEnvironment.prepare(builder.environment(), command.variables());
      var environment = builder.environment();
      environment.put(LocationChoice.STORE_VARIABLE, location.toString());
      environment.put("CHECKPOINT_STAGE", context.stage());
      environment.put("CHECKPOINT_ATTEMPT", Long.toString(context.attempt()));
      environment.remove("CHECKPOINT_TOKEN");
      context
          .fencingToken()
          .ifPresent(token -> environment.put("CHECKPOINT_TOKEN", Long.toString(token)));
      int status = new StageProcess(builder, context, signals, console, streams).run();
      if (status != 0) {
        throw new StageCommandException(status);
      }
    };
  }

  /**
   * What a stage runs. Immutable.
   *
   * @param script for {@code sh -e -c}
   * @param variables of its environment that the file declares: {@code env}, and each parameter as
   *     {@code CHECKPOINT_PARAM_name}
   */
  public record StageCommand(String script, Map<String, String> variables) {
    public StageCommand {
      variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }
  }
}
