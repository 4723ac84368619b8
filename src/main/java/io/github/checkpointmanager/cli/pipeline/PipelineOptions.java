package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private @Nullable Path file;

  @Option(
      names = "--policy",
      paramLabel = "exists|fingerprint",
      description =
          "Skip a completed stage always, or only if nothing that it depends on has changed (what"
              + " the file says, else exists).")
  @Nullable ResumePolicy policy;

  @Option(
      names = "--check-outputs",
      description = "A stage whose output is missing or changed is not completed.")
  boolean checkOutputs;

  @Option(
      names = "--adopt",
      description = "Count checkpoints that a pipeline of another name wrote here as this one's.")
  boolean adopt;

  /** As if only a file was given. */
  public static PipelineOptions of(Path file) {
    PipelineOptions options = new PipelineOptions();
    options.file = file;
    return options;
  }

  Path file() {
    return file == null ? Path.of(DEFAULT_FILE) : file;
  }

  /** The session, at the location of the pipeline if the command line names its file. */
  public Session atFile(Session session) {
    return file == null ? session : FileOption.at(session, file);
  }

  /** The same as arguments. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (!file().equals(Path.of(DEFAULT_FILE))) {
      arguments.addAll(List.of("--file", file().toString()));
    }
    if (policy != null) {
      arguments.addAll(List.of("--policy", Text.lower(policy)));
    }
    if (checkOutputs) {
      arguments.add("--check-outputs");
    }
    if (adopt) {
      arguments.add("--adopt");
    }
    return arguments;
  }
}
