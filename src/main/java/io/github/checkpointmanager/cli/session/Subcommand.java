package io.github.checkpointmanager.cli.session;

/** What a subcommand does once its options are read. */
public interface Subcommand {
  /**
   * Carries it out.
   *
   * @return the exit code
   * @throws RuntimeException a failure, which the application reports
   */
  int run(Session session);
}
