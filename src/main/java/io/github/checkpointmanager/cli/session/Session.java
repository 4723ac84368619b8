package io.github.checkpointmanager.cli.session;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.StandardStreams;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every subcommand works with. One per process; not thread-safe.
 *
 * @param managers makes the builder of each manager that a command opens
 * @param chosen the location of the command; empty for that of the command line
 */
public record Session(
    GlobalOptions options,
    StandardStreams streams,
    Map<String, String> environment,
    Output output,
    Supplier<CheckpointManager.Builder> managers,
    Optional<StoreLocation> chosen) {
  /** The name of the command. */
  public static final String PROGRAM = "checkpoint";

  public static Session of(
      StandardStreams streams,
      Map<String, String> environment,
      Supplier<CheckpointManager.Builder> managers) {
    GlobalOptions options = new GlobalOptions();
    Output output = new Output(options, streams);
    return new Session(options, streams, environment, output, managers, Optional.empty());
  }

  /** The same, for a command whose location is named by something else than the command line. */
  public Session at(StoreLocation location) {
    return new Session(options, streams, environment, output, managers, Optional.of(location));
  }

  /** Whether progress may be shown on standard error, on one line that is drawn again and again. */
  public boolean showsProgress() {
    return streams.progressVisible() && !options.isQuiet() && knowsEscapeSequences();
  }

  /** Whether a screen may be drawn on standard output again and again. */
  public boolean showsScreen() {
    return streams.outputVisible() && knowsEscapeSequences();
  }

  /** A terminal without a type, or of the type "dumb", shows them as text. */
  private boolean knowsEscapeSequences() {
    String terminal = environment.getOrDefault("TERM", "");
    return !terminal.isEmpty() && !terminal.equals("dumb");
  }

  /** Without the environment, which holds credentials. */
  @Override
  public String toString() {
    return "Session of " + PROGRAM;
  }

  /**
   * Which location the command works on.
   *
   * @throws io.github.checkpointmanager.store.StoreException it is refused
   * @throws CommandException the command line has options for S3, and it is elsewhere
   */
  public StoreLocation location() {
    StoreLocation location = chosen.orElseGet(() -> LocationChoice.of(options, environment));
    LocationChoice.refuseOptionsOfS3(location, options);
    return location;
  }

  /** Makes no request. */
  public CheckpointManager open() {
    return open(location());
  }

  /** As {@link #open()}, of another location than the one that the command line names. */
  public CheckpointManager open(StoreLocation other) {
    return managers.get().location(other.toString()).open();
  }

  /** As {@link #open()}, over a store that the caller closes. */
  public CheckpointManager open(CheckpointStore store) {
    return managers.get().store(store).open();
  }

  /** The store below, for what the library's API does not offer. Makes no request. */
  public CheckpointStore openStore() {
    return StoreProvider.openAt(location());
  }

  /**
   * Which location a command works on. What the location itself says goes first, then the options,
   * then the environment, by the names and in the order of the AWS command line.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">Service-specific
   *     endpoints</a>
   */
  public static final class LocationChoice {
    public static final String STORE_VARIABLE = "CHECKPOINT_STORE";

    /** The same value, as a run sets both for its commands: so it is known who named the store. */
    public static final String INHERITED_VARIABLE = "CHECKPOINT_INHERITED_STORE";

    private LocationChoice() {}

    /** Names a run's store to the commands that it starts. */
    public static void export(StoreLocation location, Map<String, String> variables) {
      String complete = StoreProvider.completed(complete(location)).toString();
      variables.put(STORE_VARIABLE, complete);
      variables.put(INHERITED_VARIABLE, complete);
    }

    /** Whether the store in the environment is that of a run around this process. */
    public static boolean isInherited(Map<String, String> environment) {
      String store = environment.get(STORE_VARIABLE);
      return store != null && store.equals(environment.get(INHERITED_VARIABLE));
    }

    public static StoreLocation of(GlobalOptions options, Map<String, String> environment) {
      String text = options.store();
      if (text == null) {
        text = environment.getOrDefault(STORE_VARIABLE, CheckpointManager.DEFAULT_LOCATION);
      }
      return of(text, options, environment);
    }

    /** A location that is named elsewhere, completed in the same way. */
    public static StoreLocation of(
        String text, GlobalOptions options, Map<String, String> environment) {
      StoreLocation location = WrittenLocation.parse(text, environment);
      if (!location.scheme().equals("s3")) {
        return location;
      }
      boolean ignored =
          Boolean.parseBoolean(environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"));
      location =
          with(
              location,
              "endpoint",
              options.endpointUrl,
              ignored ? null : environment.get("AWS_ENDPOINT_URL_S3"),
              ignored ? null : environment.get("AWS_ENDPOINT_URL"));
      location =
          with(
              location,
              "region",
              options.region,
              environment.get("AWS_REGION"),
              environment.get("AWS_DEFAULT_REGION"));
      return with(location, "profile", options.profile);
    }

    /**
     * Refuses options for S3 with another store: S3 was meant, and its name was forgotten. The
     * environment of AWS is no such option.
     *
     * @throws CommandException one is given
     */
    public static void refuseOptionsOfS3(StoreLocation location, GlobalOptions options) {
      if (location.scheme().equals("s3")) {
        return;
      }
      options
          .forS3()
          .ifPresent(
              option -> {
                throw CommandException.refused(
                    option + " is refused",
                    "it is for S3, and the checkpoints are in "
                        + complete(location).withoutOptions(),
                    "Name the location (--store s3://bucket/prefix), or leave the option out");
              });
    }

    private static StoreLocation with(
        StoreLocation location, String option, @Nullable String... candidates) {
      Optional<String> first =
          Stream.of(candidates).filter(value -> value != null && !value.isBlank()).findFirst();
      return first.map(value -> location.withDefaultOption(option, value)).orElse(location);
    }

    /** The same location for a process that may work in another directory or environment. */
    public static StoreLocation complete(StoreLocation location) {
      return complete(location, Path.of("").toAbsolutePath());
    }

    /** The same location, if it is a relative path: below this directory. */
    public static StoreLocation complete(StoreLocation location, Path directory) {
      if (!location.scheme().equals("file")) {
        return location;
      }
      String path = directory.resolve(location.path()).normalize().toString();
      return new StoreLocation("file", path, location.options());
    }
  }
}
