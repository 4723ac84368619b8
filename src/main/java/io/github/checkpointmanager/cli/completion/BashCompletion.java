package io.github.checkpointmanager.cli.completion;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completions for bash and zsh: picocli's, corrected where they do not fit. It completes file names
 * only for options of Java's file types, which a location or {@code FILE|-} is not; and it gives
 * zsh, which has no {@code compopt}, an alias that does not exist yet while {@code eval} reads the
 * functions that use it.
 */
public final class BashCompletion {
  private static final Set<String> FILE_LABELS = Set.of("FILE", "FILE|-", "F", "LOCATION");
  private static final String COMPLETE_FILES =
      """
            type compopt &>/dev/null && compopt -o filenames
            COMPREPLY=( $( compgen -f -- "${curr_word}" ) )
            return $?
      """;

  private BashCompletion() {}

  public static String script(CommandLine root) {
    String script =
        generated(root).replace("alias compopt=complete", "function compopt() { return 0; }");
    for (String option : fileOptions(root)) {
      script =
          script.replace(
              "    '" + option + "')\n      return\n", "    '" + option + "')\n" + COMPLETE_FILES);
    }
    return script;
  }

  /** picocli writes numbers into names with the default locale's digits, and bash wants 0 to 9. */
  private static synchronized String generated(CommandLine root) {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    try {
      return AutoComplete.bash(root.getCommandName(), root);
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  /** Whether an option's value is the name of a file or directory. */
  static boolean takesFile(OptionSpec option) {
    return option.arity().max() > 0 && FILE_LABELS.contains(option.paramLabel());
  }

  private static Set<String> fileOptions(CommandLine root) {
    return Stream.concat(Stream.of(root), root.getSubcommands().values().stream())
        .flatMap(command -> command.getCommandSpec().options().stream())
        .filter(BashCompletion::takesFile)
        .map(OptionSpec::longestName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
