package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.pipeline.Refusals.quoted;

import io.github.checkpointmanager.ContentDigest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where inputs and outputs are looked up: the first source that knows a name. Thread-safe. */
final class Sources {
  private final List<InputSource> sources;

  private Sources(List<InputSource> sources) {
    this.sources = sources;
  }

  /** The caller's, then local files below the working directory. */
  static Sources of(List<InputSource> callers) {
    List<InputSource> all = new ArrayList<>(callers);
    all.add(LocalFiles.below(Path.of("")));
    return new Sources(List.copyOf(all));
  }

  Optional<ContentDigest> identify(String name) throws InputException {
    for (InputSource source : sources) {
      if (source.knows(name)) {
        return source.identify(name);
      }
    }
    throw new InputException(
        quoted(name)
            + " cannot be identified: nothing here knows addresses of this kind. Give the runner a"
            + " source for it (S3Inputs for s3://), or declare a digest of your own.");
  }
}
