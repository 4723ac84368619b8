package io.github.checkpointmanager.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Text in columns. Not thread-safe. */
public final class Table {
  /** What is not known, or does not apply. */
  public static final String NONE = "-";

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    row((Object[]) header);
  }

  /** Adds a row of values; an empty one is a dash, times are whole seconds. */
  public void row(Object... cells) {
    rows.add(Stream.of(cells).map(cell -> Text.printable(text(cell))).toList());
  }

  private static String text(Object cell) {
    if (cell instanceof Optional<?> value) {
      return value.map(Table::text).orElse(NONE);
    }
    if (cell instanceof OptionalLong value) {
      return value.isPresent() ? Long.toString(value.getAsLong()) : NONE;
    }
    if (cell instanceof Instant time) {
      return Text.seconds(time);
    }
    if (cell instanceof Duration duration) {
      return Text.duration(duration);
    }
    return cell instanceof Enum<?> constant ? Text.lower(constant) : cell.toString();
  }

  /** The last column is not padded. */
  public List<String> lines() {
    int columns = rows.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(i -> rows.stream().mapToInt(row -> width(row.get(i))).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append(cell);
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] - width(cell))).append(GAP);
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
