package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.session.GlobalOptions;
import io.github.checkpointmanager.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command without a subcommand, and all subcommands. */
@Command(
    name = Session.PROGRAM,
    description = "Checkpoints of pipeline stages: run what is not done yet.",
    versionProvider = RootCommand.VersionInfo.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      PipelineCommand.class,
      ExplainCommand.class,
      RerunCommand.class,
      RollbackCommand.class,
      SaveCommand.class,
      HasCommand.class,
      GetCommand.class,
      ListCommand.class,
      StatusCommand.class,
      ReleaseCommand.class,
      ClearCommand.class,
      HistoryCommand.class,
      RestoreCommand.class,
      PurgeCommand.class,
      VerifyCommand.class,
      DoctorCommand.class,
      DemoCommand.class,
      CompletionCommand.class
    })
public final class RootCommand {
  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final GlobalOptions options;

  private RootCommand(GlobalOptions options) {
    this.options = options;
  }

  /** The command line, with subcommands of which each has its version. */
  public static CommandLine line(GlobalOptions options) {
    CommandLine line = new CommandLine(new RootCommand(options));
    completeVersions(line);
    return line;
  }

  /** Gives {@code --version} to the subcommands that have no option of that name. */
  private static void completeVersions(CommandLine line) {
    for (CommandLine subcommand : line.getSubcommands().values()) {
      CommandSpec spec = subcommand.getCommandSpec().versionProvider(new VersionInfo());
      if (spec.findOption(GlobalOptions.VERSION) == null) {
        spec.addOption(
            OptionSpec.builder(GlobalOptions.VERSION)
                .versionHelp(true)
                .description(GlobalOptions.VERSION_DESCRIPTION)
                .build());
      }
      completeVersions(subcommand);
    }
  }

  /** The version that was built, and the commit if the build knew it. */
  static final class VersionInfo implements IVersionProvider {
    private static final String BUILT = "/io/github/checkpointmanager/cli/version.properties";

    @Override
    public String[] getVersion() throws IOException {
      Properties built = new Properties();
      try (InputStream in = VersionInfo.class.getResourceAsStream(BUILT)) {
        if (in != null) {
          built.load(in);
        }
      }
      String commit = built.getProperty("commit", "");
      return new String[] {
        Session.PROGRAM
            + " "
            + built.getProperty("version", "unknown")
            + (commit.isBlank() ? "" : " (commit " + commit + ")")
      };
    }
  }
}
