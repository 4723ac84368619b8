package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.session.Session;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --file} of commands about a location: whose pipeline's location is meant. */
public final class FileOption {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Work on the location of this pipeline's file, as 'pipeline run' chooses it.")
  private @Nullable Path file;

  /**
   * The session, at the location of the pipeline if the command line names one. Reads the file;
   * makes no request.
   *
   * @throws PipelineFileException the file is refused
   */
  public Session of(Session session) {
    return file == null ? session : at(session, file);
  }

  /** Whether the declaration is read from standard input. */
  public boolean isStandardInput() {
    return file != null && PipelineFile.isStandardInput(file);
  }

  /** The session at the location of a pipeline's file. */
  static Session at(Session session, Path file) {
    PipelineFile pipeline = PipelineFile.read(file, session.streams().in());
    return session.at(OpenPipeline.location(session, pipeline));
  }
}
