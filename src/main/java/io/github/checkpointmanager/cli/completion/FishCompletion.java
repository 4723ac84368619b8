package io.github.checkpointmanager.cli.completion;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completions for fish, which picocli does not write.
 *
 * @see <a href="https://fishshell.com/docs/current/completions.html">Writing your own
 *     completions</a>
 */
public final class FishCompletion {
  private FishCompletion() {}

  public static String script(String command, CommandLine root) {
    List<String> lines = new ArrayList<>();
    lines.add("complete -c " + command + " -f");
    // Not __fish_use_subcommand: that takes the value of an option for a subcommand.
    String noSubcommand =
        " -n 'not __fish_seen_subcommand_from "
            + String.join(" ", root.getSubcommands().keySet())
            + "' -a ";
    for (OptionSpec option : root.getCommandSpec().options()) {
      lines.add("complete -c " + command + option(option));
    }
    root.getSubcommands()
        .forEach(
            (name, subcommand) -> {
              lines.add(
                  "complete -c "
                      + command
                      + noSubcommand
                      + name
                      + describe(subcommand.getCommandSpec().usageMessage().description()));
              for (OptionSpec option : subcommand.getCommandSpec().options()) {
                if (!option.inherited()) {
                  lines.add(
                      "complete -c "
                          + command
                          + " -n '__fish_seen_subcommand_from "
                          + name
                          + "'"
                          + option(option));
                }
              }
            });
    lines.add(
        "complete -c "
            + command
            + " -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'");
    return String.join("\n", lines);
  }

  private static String option(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      text.append(BashCompletion.takesFile(option) ? " -r -F" : " -x");
      if (option.completionCandidates() != null) {
        text.append(" -a '").append(String.join(" ", option.completionCandidates())).append("'");
      }
    }
    return text + describe(option.description());
  }

  private static String describe(String... description) {
    if (description.length == 0) {
      return "";
    }
    return " -d '" + description[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
