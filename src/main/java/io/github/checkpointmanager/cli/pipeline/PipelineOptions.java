package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.pipeline.ResumePolicy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which pipeline, and how it is decided what of it runs. */
public final class PipelineOptions {
  public static final String DEFAULT_FILE = "pipeline.yaml";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The pipeline's file (pipeline.yaml).")
  private Path file = Path.of(DEFAULT_FILE);

  @Option(
      names = "--policy",
      paramLabel = "exists|fingerprint",
      description =
          "Skip a completed stage always, or only if nothing that it depends on has changed (what"
              + " the file says, else exists).")
  private @Nullable ResumePolicy policy;

  @Option(
      names = "--check-outputs",
      description = "A stage whose output is missing or changed is not completed.")
  private boolean checkOutputs;

  /** As if only a file was given. */
  public static PipelineOptions of(Path file) {
    PipelineOptions options = new PipelineOptions();
    options.file = file;
    return options;
  }

  Path file() {
    return file;
  }

  @Nullable ResumePolicy policy() {
    return policy;
  }

  boolean checksOutputs() {
    return checkOutputs;
  }

  /** The same as arguments. */
  List<String> arguments() {
    var arguments = new java.util.ArrayList<String>();
    if (!file.equals(Path.of(DEFAULT_FILE))) {
      arguments.addAll(List.of("--file", file.toString()));
    }
    if (policy != null) {
      arguments.addAll(List.of("--policy", policy.name().toLowerCase(java.util.Locale.ROOT)));
    }
    if (checkOutputs) {
      arguments.add("--check-outputs");
    }
    return arguments;
  }
}
