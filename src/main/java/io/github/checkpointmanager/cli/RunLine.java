package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.cli.command.RunCommand;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command line of {@code run}, as it was typed. CMD is what follows two dashes: without them, the
 * parser takes CMD's options for those of {@code run}, and work that nobody meant is recorded as
 * done. The parser does not say where the dashes were, so this reads the line before it does. It
 * leaves to the parser what the parser refuses itself, such as unknown options.
 */
final class RunLine {
  private static final String DASHES = "--";

  /** How much of a corrected line is shown, in characters. */
  private static final int SHOWN = 400;

  private final CommandSpec root;
  private final List<String> args;
  private boolean help;
  private boolean incomplete;

  private RunLine(CommandLine root, List<String> args) {
    this.root = root.getCommandSpec();
    this.args = args;
  }

  /** Whether a line that may be wrong is one of {@code run}: options may precede the name. */
  static boolean isRun(CommandLine root, String... args) {
    RunLine line = new RunLine(root, List.of(args));
    int at = line.skipOptions(line.root, 0);
    while (at < args.length && isOption(args[at])) {
      at = line.skipOptions(line.root, at + 1); // what follows an unknown option may be its value
      if (line.isWord(at) && !root.getSubcommands().containsKey(args[at])) {
        at = line.skipOptions(line.root, at + 1);
      }
    }
    return line.is(at, RunCommand.NAME);
  }

  /** Why this line of {@code run} runs nothing; empty if it is none, or may be parsed. */
  static Optional<Problem> refusal(CommandLine root, String... args) {
    return Optional.ofNullable(new RunLine(root, List.of(args)).refusal(root));
  }

  private @Nullable Problem refusal(CommandLine line) {
    int name = skipOptions(root, 0);
    if (help || incomplete || !is(name, RunCommand.NAME)) {
      return null;
    }
    CommandSpec run =
        Objects.requireNonNull(line.getSubcommands().get(RunCommand.NAME)).getCommandSpec();
    int stage = skipOptions(run, name + 1);
    if (help || stage >= args.size()) {
      return null;
    }
    if (is(stage, DASHES)) {
      return is(stage + 2, DASHES)
          ? commandAfter(stage + 2) // run -- STAGE -- CMD
          : stageMissing(name, stage);
    }
    int next = isOption(args.get(stage)) ? stage : skipOptions(run, stage + 1);
    if (help || next > args.size() || (next < args.size() && isOption(args.get(next)))) {
      return null;
    }
    return next == args.size() || is(next, DASHES) ? commandAfter(next) : dashesMissing(next);
  }

  private @Nullable Problem commandAfter(int dashes) {
    return dashes + 1 < args.size()
        ? null
        : problem(
            "no command was given", corrected(args.subList(0, dashes), DASHES, List.of("CMD")));
  }

  private Problem stageMissing(int name, int dashes) {
    List<String> rest = args.subList(dashes + 1, args.size());
    List<String> line = new ArrayList<>(args.subList(0, name + 1));
    line.add("STAGE");
    line.addAll(args.subList(name + 1, dashes));
    return problem(
        "the name of the stage is missing before the two dashes",
        corrected(line, DASHES, rest.isEmpty() ? List.of("CMD") : rest));
  }

  private Problem dashesMissing(int command) {
    return problem(
        "'"
            + args.get(command)
            + "' is not an option of "
            + RunCommand.NAME
            + ", and the command to run is taken after two dashes only",
        corrected(args.subList(0, command), DASHES, args.subList(command, args.size())));
  }

  private static Problem problem(String why, String correctedLine) {
    return Problem.of(
        "usage", ExitCodes.FAILED, "Nothing was run", why, "Write it as: " + correctedLine);
  }

  private static String corrected(List<String> before, String dashes, List<String> after) {
    List<String> words = new ArrayList<>(List.of(Session.PROGRAM));
    words.addAll(before);
    words.add(dashes);
    words.addAll(after);
    String line = words.stream().map(Text::shellWord).collect(Collectors.joining(" "));
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ...";
  }

  private boolean is(int at, String word) {
    return at < args.size() && args.get(at).equals(word);
  }

  private boolean isWord(int at) {
    return at < args.size() && !isOption(args.get(at)) && !args.get(at).equals(DASHES);
  }

  private static boolean isOption(String word) {
    return word.startsWith("-") && !word.equals("-") && !word.equals(DASHES);
  }

  /**
   * The first word that is no option of this command, or an unknown one. Greater than the number of
   * words if the last option lacks its value.
   */
  private int skipOptions(CommandSpec command, int from) {
    int at = from;
    while (at < args.size() && isOption(args.get(at))) {
      int words = words(command, args.get(at));
      if (words == 0) {
        return at;
      }
      at += words == 2 && isSubcommand(command, at + 1) ? 1 : words;
    }
    return at;
  }

  /** What the parser does not take for the value of an option: that was left out. */
  private boolean isSubcommand(CommandSpec command, int at) {
    boolean found = at < args.size() && command.subcommands().containsKey(args.get(at));
    incomplete |= found;
    return found;
  }

  /** How many words an option has with its value; none if it is unknown. */
  private int words(CommandSpec command, String word) {
    if (word.startsWith(DASHES)) {
      OptionSpec option = command.optionsMap().get(word.split("=", 2)[0]);
      return option == null ? 0 : takesNext(option, word.contains("=")) ? 2 : 1;
    }
    for (int i = 1; i < word.length(); i++) { // -qv
      OptionSpec option = command.optionsMap().get("-" + word.charAt(i));
      if (option == null) {
        return 0;
      }
      boolean last = i == word.length() - 1;
      if (option.arity().min() > 0 || last) {
        return takesNext(option, !last) ? 2 : 1;
      }
      help |= isHelp(option);
    }
    return 0;
  }

  private boolean takesNext(OptionSpec option, boolean attached) {
    help |= isHelp(option);
    return option.arity().min() > 0 && !attached;
  }

  private static boolean isHelp(OptionSpec option) {
    return option.usageHelp() || option.versionHelp();
  }
}
