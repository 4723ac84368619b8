package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.completion.BashCompletion;
import io.github.checkpointmanager.cli.completion.FishCompletion;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: a script that a shell evaluates. */
@Command(
    name = "completion",
    description = "Print a completion script: eval \"$(checkpoint completion bash)\".")
final class CompletionCommand implements Subcommand {
  /** The shells that are known. */
  enum Shell {
    BASH,
    ZSH,
    FISH;

    /** As it is typed, also in messages. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell = Shell.BASH;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public int run(Session session) {
    CommandLine root = spec.root().commandLine();
    String script =
        switch (shell) {
          // picocli's script loads bashcompinit when zsh reads it.
          case BASH, ZSH -> BashCompletion.script(root);
          case FISH -> FishCompletion.script(root);
        };
    session.output().raw(script + "\n");
    return ExitCodes.DONE;
  }
}
