package io.github.checkpointmanager.cli.output;

import org.jspecify.annotations.Nullable;

/** The command cannot go on, for a reason of its own rather than the library's. */
public class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public CommandException(Problem problem, @Nullable Throwable cause) {
    super(problem.message(), cause);
    this.problem = problem;
  }

  public CommandException(Problem problem) {
    this(problem, null);
  }

  /** Something in the command line, or in a file that it names, was refused. */
  public static CommandException refused(String what, String why, String remedy) {
    return new CommandException(Problem.of("invalid", ExitCodes.REFUSED, what, why, remedy));
  }

  /** The same, because a file could not be read or written. */
  public static CommandException refused(String what, Exception cause, String remedy) {
    return new CommandException(
        Problem.of("invalid", ExitCodes.REFUSED, what, Text.reason(cause), remedy), cause);
  }

  public Problem problem() {
    return problem;
  }
}
