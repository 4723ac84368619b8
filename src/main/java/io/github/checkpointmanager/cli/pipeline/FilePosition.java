package io.github.checkpointmanager.cli.pipeline;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

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
    int line = 1;
    int lineStart = 0;
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    return new FilePosition(line, 1 + text.codePointCount(lineStart, text.length()));
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
