package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.session.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** {@code --dry-run} and {@code --yes}: asks a person before a command destroys something. */
final class Confirmation {
  @Option(names = "--dry-run", description = "Change nothing, say what would be done.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  /** Whether the command shows only what it would do. */
  boolean isDryRun() {
    return dryRun;
  }

  /**
   * The messages of one command.
   *
   * @param verb as in {@code clear}
   * @param done as in {@code cleared}
   * @param whyNot why the command does nothing when it cannot ask
   * @param remedy what to do then
   */
  record Phrases(String verb, String done, String whyNot, String remedy) {
    Phrases(String verb, String done) {
      this(
          verb,
          done,
          "no user can be asked, since standard input or standard error is not a terminal",
          "Give --yes to " + verb + " without asking, or --dry-run to see what would be deleted");
    }
  }

  /**
   * Whether to go on: {@code --yes} was given, or a person answers with yes.
   *
   * @param question shows what would be destroyed, and returns the question; used only when there
   *     is a person to ask
   * @throws CommandException no person can be asked
   */
  boolean isGiven(Session session, Phrases wording, Supplier<String> question) {
    if (yes) {
      return true;
    }
    if (!session.streams().interactive()) {
      throw CommandException.refused(
          "Nothing was " + wording.done(), wording.whyNot(), wording.remedy());
    }
    session.output().prompt(question.get() + "? [y/N] ");
    try {
      String answer =
          new BufferedReader(new InputStreamReader(session.streams().in(), StandardCharsets.UTF_8))
              .readLine();
      if (answer != null && (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"))) {
        return true;
      }
      session.output().note("nothing was " + wording.done());
      return false;
    } catch (IOException e) {
      throw CommandException.refused(
          "Nothing was " + wording.done(),
          e,
          "Give --yes to " + wording.verb() + " without asking");
    }
  }
}
