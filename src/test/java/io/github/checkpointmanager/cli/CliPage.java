package io.github.checkpointmanager.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of {@code docs/CLI.md}, as a test reads them. */
final class CliPage {
  private static final Path PAGE = Path.of("docs/CLI.md");
  private static final Pattern HEADING = Pattern.compile("(#+) (.*)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final Map<String, Section> sections = new LinkedHashMap<>();

  /**
   * What is below a heading, up to the next one of any level.
   *
   * @param tables each a list of rows, each a list of cells; without their heads
   */
  record Section(String heading, String text, List<List<List<String>>> tables) {
    List<List<String>> onlyTable() {
      if (tables.size() != 1) {
        throw new AssertionError(heading + " has " + tables.size() + " tables");
      }
      return tables.get(0);
    }

    /** The rows of the first table, as text. */
    String firstTableText() {
      return tables.get(0).stream().flatMap(List::stream).collect(Collectors.joining(" "));
    }
  }

  private CliPage(List<String> lines) {
    List<Integer> headings = new ArrayList<>();
    boolean code = false;
    for (int i = 0; i < lines.size(); i++) {
      code ^= lines.get(i).startsWith("```");
      if (!code && HEADING.matcher(lines.get(i)).matches()) {
        headings.add(i);
      }
    }
    for (int i = 0; i < headings.size(); i++) {
      int end = i + 1 < headings.size() ? headings.get(i + 1) : lines.size();
      Section section = section(lines.subList(headings.get(i), end));
      if (sections.put(section.heading(), section) != null) {
        throw new AssertionError("two sections are called " + section.heading());
      }
    }
  }

  static CliPage read() throws IOException {
    return new CliPage(Files.readAllLines(PAGE));
  }

  private static Section section(List<String> lines) {
    Matcher heading = HEADING.matcher(lines.get(0));
    if (!heading.matches()) {
      throw new IllegalArgumentException(lines.get(0));
    }
    List<List<List<String>>> tables = new ArrayList<>();
    List<List<String>> table = null;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        table = null;
      } else if (table == null) {
        table = new ArrayList<>();
        tables.add(table);
      } else if (!line.startsWith("|---")) {
        table.add(cells(line));
      }
    }
    return new Section(heading.group(2), String.join("\n", lines), tables);
  }

  private static List<String> cells(String row) {
    return Stream.of(row.substring(1, row.length() - 1).split("(?<!\\\\)\\|", -1))
        .map(String::strip)
        .toList();
  }

  Section section(String heading) {
    return Objects.requireNonNull(sections.get(heading), heading);
  }

  /** All of the page. */
  String text() {
    return sections.values().stream().map(Section::text).collect(Collectors.joining("\n"));
  }

  /** The section of a command, whose heading begins with its name, and the sections below it. */
  String commandText(String name) {
    boolean alone = sections.containsKey("`" + name + "`");
    String heading = "### `" + name + (alone ? "`" : " ");
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (Section section : sections.values()) {
      String first = section.text().lines().findFirst().orElseThrow();
      inside = first.startsWith(heading) || (inside && first.startsWith("####"));
      text.append(inside ? section.text() + "\n" : "");
    }
    if (text.isEmpty()) {
      throw new AssertionError("no section of " + name);
    }
    return text.toString();
  }

  /** The sections about JSON documents, by the name in their heading. */
  Map<String, Section> documents() {
    return named(CliPage::isDocument);
  }

  /** The sections about objects that documents share. */
  Map<String, Section> objects() {
    return named(CliPage::isObject);
  }

  private Map<String, Section> named(Predicate<Section> which) {
    Map<String, Section> found = new LinkedHashMap<>();
    sections.values().stream()
        .filter(which)
        .forEach(section -> found.put(code(section.heading()).get(0), section));
    return found;
  }

  private static boolean isDocument(Section section) {
    return section.heading().endsWith("` document");
  }

  private static boolean isObject(Section section) {
    return section.heading().endsWith("` object");
  }

  /** What is between backticks. */
  static List<String> code(String text) {
    return CODE.matcher(text).results().map(m -> m.group(1)).toList();
  }
}
