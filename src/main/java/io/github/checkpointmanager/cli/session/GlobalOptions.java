package io.github.checkpointmanager.cli.session;

import io.github.checkpointmanager.cli.output.Output;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that go before or after the subcommand. */
@SuppressWarnings("UnusedVariable") // picocli acts on help and version itself
public final class GlobalOptions implements Output.Settings {
  public static final String VERSION = "--version";
  public static final String VERSION_DESCRIPTION = "Show the version and exit.";

  /** How results look. */
  enum Format {
    TABLE,
    JSON;

    /** As it is typed, also in completions. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--store",
      paramLabel = "LOCATION",
      scope = ScopeType.INHERIT,
      description =
          "Where the checkpoints are: a directory, s3://bucket/prefix, ... (else CHECKPOINT_STORE,"
              + " else the directory 'checkpoints').")
  private @Nullable String store;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "S3 server other than AWS, unless the location names one.")
  @Nullable String endpointUrl;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      scope = ScopeType.INHERIT,
      description = "S3 region, unless the location names one.")
  @Nullable String region;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Profile of the AWS configuration, unless the location names one.")
  @Nullable String profile;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      scope = ScopeType.INHERIT,
      description = "How results and errors look (table).")
  private @Nullable Format output;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Only results, warnings and errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what is done; stack traces.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show help and exit.")
  private boolean help;

  /** Of the command itself; the application gives it to those subcommands that have no own. */
  @Option(names = VERSION, versionHelp = true, description = VERSION_DESCRIPTION)
  private boolean version;

  public @Nullable String store() {
    return store;
  }

  /** The first option that has a meaning for S3 alone, if one is given. */
  Optional<String> forS3() {
    Map<String, Optional<String>> given = new LinkedHashMap<>();
    given.put("--endpoint-url", Optional.ofNullable(endpointUrl));
    given.put("--region", Optional.ofNullable(region));
    given.put("--profile", Optional.ofNullable(profile));
    return given.entrySet().stream()
        .filter(option -> option.getValue().filter(value -> !value.isBlank()).isPresent())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public boolean isJson() {
    return output == Format.JSON;
  }

  @Override
  public boolean isQuiet() {
    return quiet;
  }

  @Override
  public boolean isVerbose() {
    return verbose;
  }
}
