package io.github.checkpointmanager.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completions for fish, which picocli does not write.
 *
 * @see <a href="https://fishshell.com/docs/current/completions.html">Writing your own
 *     completions</a>
 */
public final class FishCompletion {
  private static final String SEEN = "__fish_seen_subcommand_from ";

  private final String start;
  private final List<String> lines = new ArrayList<>();

  private FishCompletion(String command) {
    this.start = "complete -c " + command;
  }

  public static String script(CommandLine root) {
    FishCompletion script = new FishCompletion(root.getCommandName());
    script.lines.add(script.start + " -f");
    root.getCommandSpec()
        .options()
        .forEach(option -> script.lines.add(script.start + option(option)));
    // Not __fish_use_subcommand: that takes the value of an option for a subcommand.
    script.subcommands(root, "");
    script.add(SEEN + "completion", " -a 'bash zsh fish'");
    return String.join("\n", script.lines);
  }

  /**
   * Adds the subcommands of a command and their options.
   *
   * @param inside the condition that the command was typed, with a conjunction after it; empty for
   *     the command itself
   */
  private void subcommands(CommandLine parent, String inside) {
    Map<String, CommandLine> commands = parent.getSubcommands();
    String none = inside + "not " + SEEN + String.join(" ", commands.keySet());
    commands.forEach(
        (name, command) -> {
          add(
              none,
              " -a " + name + describe(command.getCommandSpec().usageMessage().description()));
          String typed = inside + SEEN + name + exceptBelow(commands, name);
          for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.inherited()) {
              add(typed, option(option));
            }
          }
          if (!command.getSubcommands().isEmpty()) {
            subcommands(command, typed + "; and ");
          }
        });
  }

  /** A condition that the word is not a subcommand of the same name of one of these commands. */
  private static String exceptBelow(Map<String, CommandLine> commands, String name) {
    String parents =
        commands.entrySet().stream()
            .filter(parent -> parent.getValue().getSubcommands().containsKey(name))
            .map(Map.Entry::getKey)
            .sorted()
            .collect(Collectors.joining(" "));
    return parents.isEmpty() ? "" : "; and not " + SEEN + parents;
  }

  private void add(String condition, String completion) {
    lines.add(start + " -n '" + condition + "'" + completion);
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
    return description.length == 0
        ? ""
        : " -d '" + description[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
