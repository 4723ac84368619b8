package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.internal.pipeline.declaration.NearestName;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.Explanation;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The messages about one file, so that all of them read alike. Immutable. */
final class FileRefusal {
  private static final int MOST_NAMES = 15;

  private final String file;

  /**
   * @param file as the user named it
   */
  FileRefusal(String file) {
    this.file = file;
  }

  static String quoted(String text) {
    return "'" + LogSafe.of(text) + "'";
  }

  PipelineFileException at(FilePosition position, String why, String remedy) {
    return at(position, why, remedy, null);
  }

  PipelineFileException at(
      FilePosition position, String why, String remedy, @Nullable Throwable cause) {
    return refused(LogSafe.of(file) + ":" + position + " was refused", why, remedy, cause);
  }

  /** Of the file as a whole. */
  PipelineFileException whole(String why, String remedy, @Nullable Throwable cause) {
    return refused("The pipeline file " + LogSafe.of(file) + " was refused", why, remedy, cause);
  }

  private static PipelineFileException refused(
      String what, String why, String remedy, @Nullable Throwable cause) {
    return new PipelineFileException(new Explanation(what, why, remedy), cause);
  }

  /** Something that is not one of the names that there are. */
  PipelineFileException unknown(
      FilePosition position, String why, String written, Collection<String> known, String thing) {
    return at(
        position,
        why,
        NearestName.of(written, known)
            .map(nearest -> "Did you mean " + quoted(nearest) + "? Correct the " + thing)
            .orElseGet(() -> "Use one of " + listed(known)));
  }

  static String listed(Collection<String> names) {
    return names.stream().limit(MOST_NAMES).map(LogSafe::of).collect(Collectors.joining(", "))
        + (names.size() > MOST_NAMES ? ", …" : "");
  }
}
