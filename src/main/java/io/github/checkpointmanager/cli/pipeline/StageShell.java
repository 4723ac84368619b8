package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.process.ChildProcess.ChildEnvironment;
import io.github.checkpointmanager.cli.process.ChildProcess.DeathSignal;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.pipeline.PipelineTask;
import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    List<String> line = DeathSignal.line(List.of("sh", "-e", "-c"), executables);
    return new StageShell(line, open, signals, console);
  }

  public PipelineTask task(StageCommand command) {
    String location = LocationChoice.complete(open.location()).toString();
    return context -> {
      List<String> words = new ArrayList<>(line);
      words.add(command.script());
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(open.directory().toFile())
              .redirectInput(ProcessBuilder.Redirect.from(NOTHING));
      ChildEnvironment.prepare(builder.environment(), command.variables());
      var environment = builder.environment();
      environment.put(LocationChoice.STORE_VARIABLE, location);
      environment.put("CHECKPOINT_STAGE", context.stage());
      environment.put("CHECKPOINT_ATTEMPT", Long.toString(context.attempt()));
      environment.remove("CHECKPOINT_TOKEN");
      context
          .fencingToken()
          .ifPresent(token -> environment.put("CHECKPOINT_TOKEN", Long.toString(token)));
      int status = new StageProcess(builder, context, signals, console).run();
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
