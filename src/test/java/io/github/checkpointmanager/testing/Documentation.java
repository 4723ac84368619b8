package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project's Markdown pages, for tests that hold them to what they say. */
public final class Documentation {
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#\\s]+)(?:#[^)]*)?\\)");

  private Documentation() {}

  /**
   * A fenced block.
   *
   * @param page where it stands
   * @param line the line of its fence, from 1
   * @param text without the fences
   */
  public record Block(Path page, int line, String text) {
    @Override
    public String toString() {
      return page + ":" + line;
    }
  }

  /** README and everything below docs. */
  public static Stream<Path> pages() {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      List<Path> pages = new ArrayList<>(docs.filter(p -> p.toString().endsWith(".md")).toList());
      pages.add(Path.of("README.md"));
      return pages.stream().sorted();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fenced blocks of one language on a page. */
  public static Stream<Block> blocks(Path page, String language) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = lines(page);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("```" + language)) {
        int end = i + 1;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        blocks.add(new Block(page, i + 1, String.join("\n", lines.subList(i + 1, end)) + "\n"));
        i = end;
      }
    }
    return blocks.stream();
  }

  /** Where a page's relative links point. */
  public static Stream<String> links(Path page) {
    return LINK.matcher(String.join("\n", lines(page)))
        .results()
        .map((MatchResult m) -> m.group(1));
  }

  /** What the running tests were compiled with. */
  public static String classPath() {
    String surefire = System.getProperty("surefire.test.class.path");
    return surefire != null ? surefire : System.getProperty("java.class.path");
  }

  private static List<String> lines(Path page) {
    try {
      return Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
