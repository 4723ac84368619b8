package io.github.checkpointmanager.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the comparisons of this package, with the options of JMH's own command line, and prints each
 * time beside that of what a user would write instead, as a table for {@code docs/BENCHMARKS.md}.
 */
public final class Ratios {
  private static final String OURS = "_library";
  private static final String INSTEAD = "_instead";

  private Ratios() {}

  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    CommandLineOptions given = new CommandLineOptions(args);
    OptionsBuilder options = new OptionsBuilder();
    options.parent(given);
    if (given.getIncludes().isEmpty()) {
      options.include("\\.comparison\\.");
    }
    System.out.println(table(scores(options.build())));
  }

  private static Map<String, Double> scores(Options options) throws RunnerException {
    Map<String, Double> scores = new TreeMap<>();
    for (RunResult result : new Runner(options).run()) {
      scores.put(
          result.getParams().getBenchmark().replaceAll(".*\\.(\\w+)\\.(\\w+)$", "$1.$2"),
          result.getPrimaryResult().getScore());
    }
    return scores;
  }

  private static String table(Map<String, Double> scores) {
    List<String> lines = new ArrayList<>();
    lines.add("| comparison | Checkpoint Manager, µs | instead, µs | ratio |");
    lines.add("|---|---|---|---|");
    scores.forEach(
        (name, ours) -> {
          Double instead = scores.get(name.replace(OURS, INSTEAD));
          if (name.endsWith(OURS) && instead != null) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.2f |",
                    name.replace(OURS, "").replace("Comparison.", ", "),
                    ours,
                    instead,
                    ours / instead));
          }
        });
    return String.join("\n", lines);
  }
}
