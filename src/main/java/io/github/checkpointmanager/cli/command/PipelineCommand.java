package io.github.checkpointmanager.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pipeline}: a declared pipeline as a whole; does nothing itself. */
@Command(
    name = PipelineCommand.NAME,
    description = "Run, plan or show the pipeline that a file declares.",
    synopsisSubcommandLabel = "run|plan|status")
public final class PipelineCommand implements Runnable {
  public static final String NAME = "pipeline";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }
}
