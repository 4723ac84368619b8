package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.internal.pipeline.declaration.NearestName;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The messages about one file, so that all of them read alike. Immutable.
 *
 * @param file as the user named it
 */
record FileRefusal(String file) {
  private static final int MOST_NAMES = 15;

  PipelineFileException at(FilePosition position, String why, String remedy) {
    return at(position, why, remedy, null);
  }

  PipelineFileException at(
      FilePosition position, String why, String remedy, @Nullable Throwable cause) {
    return refused(LogSafe.of(file) + ":" + position, why, remedy, cause);
  }

  /** Of the file as a whole. */
  PipelineFileException whole(String why, String remedy, @Nullable Throwable cause) {
    return refused("The pipeline file " + LogSafe.of(file), why, remedy, cause);
  }

  private static PipelineFileException refused(
      String where, String why, String remedy, @Nullable Throwable cause) {
    return new PipelineFileException(new Explanation(where + " was refused", why, remedy), cause);
  }

  /** A text that is not one of the names that there are. */
  PipelineFileException unknown(
      YamlFields.WrittenText written, String why, Collection<String> known, String thing) {
    return at(
        written.position(),
        why,
        NearestName.of(written.value(), known)
            .map(name -> "Did you mean " + LogSafe.quoted(name) + "? Correct the " + thing)
            .orElseGet(() -> "Use one of " + listed(known)));
  }

  private static String listed(Collection<String> names) {
    return names.stream().limit(MOST_NAMES).map(LogSafe::of).collect(Collectors.joining(", "))
        + (names.size() > MOST_NAMES ? ", …" : "");
  }

  /** A pipeline file was refused, or could not be read; nothing was run. */
  public static final class PipelineFileException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1L;

    private final Explanation explanation;

    PipelineFileException(Explanation explanation, @Nullable Throwable cause) {
      super(explanation.message(), cause);
      this.explanation = explanation;
    }

    @Override
    public Explanation explanation() {
      return explanation;
    }
  }

  /**
   * A position in the file. Immutable.
   *
   * @param line from 1
   * @param column from 1, in characters
   */
  record FilePosition(int line, int column) {
    static final FilePosition START = new FilePosition(1, 1);

    static FilePosition of(Node node) {
      return of(node.getStartMark());
    }

    static FilePosition of(Optional<Mark> mark) {
      return mark.map(at -> new FilePosition(at.getLine() + 1, at.getColumn() + 1)).orElse(START);
    }

    /** The position after this text. */
    static FilePosition after(String text) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      int lineStart = text.lastIndexOf('\n') + 1;
      return new FilePosition(line, 1 + text.codePointCount(lineStart, text.length()));
    }

    @Override
    public String toString() {
      return line + ":" + column;
    }
  }
}
