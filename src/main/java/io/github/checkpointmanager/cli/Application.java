package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.command.RootCommand;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output.OutputException;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.StandardStreams;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** All subcommands, and what holds for each of them. Not thread-safe; for one command line. */
public final class Application {
  private static final String LIBRARY = "log.io.github.checkpointmanager";

  /**
   * What these loggers say at WARN and above the command says itself: damaged records as warnings
   * of its own, failed saves as its error message, failed stages as lines of the run.
   */
  private static final List<String> REPORTED_BY_COMMAND =
      List.of(LIBRARY + ".CheckpointManager", LIBRARY + ".pipeline.StageReport");

  private final Session session;

  /** Why the line is refused, whatever the parser says of it; reported once it is parsed. */
  private Optional<Problem> refusal = Optional.empty();

  public Application(StandardStreams streams, Map<String, String> environment) {
    this(streams, environment, CheckpointManager::builder);
  }

  /**
   * For tests, which choose the user, the host and the clock of records.
   *
   * @param managers makes the builder of each manager that a command opens
   */
  public Application(
      StandardStreams streams,
      Map<String, String> environment,
      Supplier<CheckpointManager.Builder> managers) {
    this.session = Session.of(streams, environment, managers);
  }

  /** Parses and runs a command line. Failures are reported on standard error, never thrown. */
  public int run(String... args) {
    CommandLine line = commandLine();
    refusal = mangled(line, args).or(() -> RunLine.refusal(line, args));
    int status = line.execute(args);
    try {
      session.output().flush();
      return status;
    } catch (OutputException e) {
      return fail(e);
    }
  }

  CommandLine commandLine() {
    return RootCommand.line(session.options())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(false)
        .setOut(writer(session.output().stream()))
        .setErr(writer(session.streams().err()))
        .setExecutionStrategy(this::execute)
        .setParameterExceptionHandler(this::refuse);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private int execute(ParseResult parsed) {
    configureLogs();
    if (refusal.isPresent()) {
      session.output().failure(refusal.get());
      return refusal.get().exitCode();
    }
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    List<CommandLine> typed = parsed.asCommandLineList();
    CommandLine last = typed.get(typed.size() - 1);
    if (!(last.getCommand() instanceof Subcommand command)) {
      throw new ParameterException(last, "Missing required subcommand");
    }
    requireOneValue(parsed, last);
    try {
      return command.run(session);
    } catch (RuntimeException e) {
      return fail(e);
    }
  }

  /**
   * An option may go before or after the subcommand. The parser refuses it twice in one of these
   * places; given in both, the second value would silently win.
   */
  private static void requireOneValue(ParseResult parsed, CommandLine last) {
    Map<String, List<String>> given = new HashMap<>();
    for (ParseResult level = parsed; level != null; level = level.subcommand()) {
      for (OptionSpec option : level.matchedOptions()) {
        List<String> before = given.put(option.longestName(), option.stringValues());
        boolean takesValue = option.arity().max() > 0;
        if (takesValue && before != null && !before.equals(option.stringValues())) {
          throw new ParameterException(
              last, "option '" + option.longestName() + "' is given twice, with different values");
        }
      }
    }
  }

  /** The JVM puts U+FFFD for what is not UTF-8: two such names would become one. */
  private static Optional<Problem> mangled(CommandLine line, String... args) {
    return Stream.of(args)
        .filter(arg -> arg.indexOf('\ufffd') >= 0)
        .findFirst()
        .map(
            arg ->
                Problem.of(
                    "invalid",
                    RunLine.isRun(line, args) ? ExitCodes.FAILED : ExitCodes.REFUSED,
                    "The argument '" + arg + "' is refused",
                    "it is not valid UTF-8",
                    "Write it in UTF-8"));
  }

  private int refuse(ParameterException e, String... args) {
    if (refusal.isPresent()) {
      session.output().failure(refusal.get(), e);
      return refusal.get().exitCode();
    }
    CommandSpec command = e.getCommandLine().getCommandSpec();
    Optional<String> dashed = nameTakenForOption(e, args);
    Problem problem =
        Problem.of(
            "usage",
            RunLine.isRun(command.root().commandLine(), args)
                ? ExitCodes.FAILED
                : ExitCodes.REFUSED,
            "The command line is not understood",
            e.getMessage()
                + dashed.map(name -> "; '" + name + "' is taken for an option").orElse(""),
            dashed
                    .map(name -> "Write a name that begins with a dash after two dashes; see ")
                    .orElse("See ")
                + command.qualifiedName()
                + " --help");
    session.output().failure(problem, e);
    return problem.exitCode();
  }

  /** What was meant for the name that is missing, when there is something. */
  private static Optional<String> nameTakenForOption(ParameterException e, String... args) {
    return e instanceof MissingParameterException
        ? Stream.of(args)
            .takeWhile(arg -> !arg.equals("--"))
            .filter(arg -> arg.startsWith("-") && arg.length() > 1)
            .filter(
                arg -> e.getCommandLine().getCommandSpec().findOption(arg.split("=", 2)[0]) == null)
            .findFirst()
        : Optional.empty();
  }

  /** A broken pipe is not reported: there is no reader. */
  private int fail(RuntimeException e) {
    if (e instanceof OutputException output && output.isBrokenPipe()) {
      return ExitCodes.BROKEN_PIPE;
    }
    Problem problem =
        e instanceof OutputException output
            ? Problem.of(
                "internal",
                ExitCodes.FAILED,
                "The result cannot be written to standard output",
                output.reason(),
                "Make room, or write elsewhere; what the command did is done")
            : Problem.of(e);
    session.output().failure(problem, e);
    return problem.exitCode();
  }

  /**
   * What slf4j-simple, which the command's jar brings, prints on standard error. Must be set before
   * the first logger is made.
   */
  private void configureLogs() {
    boolean verbose = session.options().isVerbose();
    Map<String, String> settings = new HashMap<>();
    settings.put("logFile", "System.err");
    settings.put("showThreadName", "false");
    settings.put("showShortLogName", "true");
    settings.put("levelInBrackets", "true");
    settings.put("showDateTime", Boolean.toString(verbose));
    settings.put("dateTimeFormat", "HH:mm:ss.SSS");
    String others = session.options().isQuiet() ? "error" : "warn";
    settings.put("defaultLogLevel", verbose ? "info" : others);
    settings.put(LIBRARY, verbose ? "debug" : others);
    REPORTED_BY_COMMAND.forEach(logger -> settings.put(logger, verbose ? "info" : "off"));
    // Its warnings are stack traces over replies and settings that are refused by name here.
    settings.put("log.software.amazon.awssdk", verbose ? "info" : "error");
    // It prints a malformed proxy with its password; what matters of it is refused by name.
    settings.put("log.software.amazon.awssdk.utils.internal.proxy", "off");
    settings.forEach((name, value) -> System.setProperty("org.slf4j.simpleLogger." + name, value));
  }
}
