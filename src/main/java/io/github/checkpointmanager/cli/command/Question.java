package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.session.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * What a person is asked before something is deleted.
 *
 * @param done what was not done without an answer: {@code cleared}
 * @param verb as {@code clear}
 */
record Question(Session session, String done, String verb) {
  /**
   * @throws CommandException nobody can be asked
   */
  void requireSomebody() {
    if (!session.streams().interactive()) {
      throw CommandException.refused(
          "Nothing was " + done,
          "nobody can be asked, since standard input or standard error is not a terminal",
          "Give --yes to " + verb + " without asking, or --dry-run to see what would be deleted");
    }
  }

  /** Whether the answer is yes. */
  boolean ask(String question) {
    session.output().prompt(question + "? [y/N] ");
    try {
      String answer =
          new BufferedReader(new InputStreamReader(session.streams().in(), StandardCharsets.UTF_8))
              .readLine();
      boolean yes =
          answer != null && (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"));
      if (!yes) {
        session.output().note("nothing was " + done);
      }
      return yes;
    } catch (IOException e) {
      throw CommandException.refused(
          "Nothing was " + done, e, "Give --yes to " + verb + " without asking");
    }
  }
}
