package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project's Markdown pages, for tests that hold them to what they say. */
public final class Documentation {
  private static final Pattern LINK =
      Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("#+ (.*)");
  private static final Pattern FENCE = Pattern.compile("```([a-z]*)");
  private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: (.+) -->");
  private static final Set<String> SHELLS = Set.of("sh", "bash", "shell", "console");

  /** Directories of the top level that have no pages of ours. */
  private static final Set<String> NOT_OURS = Set.of("target", ".git", "src");

  private Documentation() {}

  /**
   * A fenced block.
   *
   * @param line the line of its opening fence, from 1
   * @param language what its opening fence says
   * @param text without the fences
   * @param notRun why no test runs it: the comment {@code <!-- not run: … -->} above it
   */
  public record Block(Path page, int line, String language, String text, Optional<String> notRun) {
    public boolean isShell() {
      return SHELLS.contains(language);
    }

    @Override
    public String toString() {
      return page + ":" + line;
    }
  }

  /**
   * A link within the repository.
   *
   * @param target the file or directory that it points at
   * @param anchor empty without one
   */
  public record Link(Path page, Path target, String anchor) {
    @Override
    public String toString() {
      return page + " → " + target + (anchor.isEmpty() ? "" : "#" + anchor);
    }
  }

  /** All pages of the repository, sorted. */
  public static Stream<Path> pages() {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(Path.of(""))) {
      for (Path entry : top.filter(e -> !NOT_OURS.contains(e.toString())).toList()) {
        try (Stream<Path> below = Files.walk(entry)) {
          below.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages.stream().sorted();
  }

  /** The fenced blocks of one language on a page. */
  public static Stream<Block> blocks(Path page, String language) {
    return blocks(page).filter(block -> block.language().equals(language));
  }

  /** The fenced blocks of a page, in their order. */
  public static Stream<Block> blocks(Path page) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = lines(page);
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int end = i + 1;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
        blocks.add(new Block(page, i + 1, fence.group(1), text, notRun(lines, i)));
        i = end;
      }
    }
    return blocks.stream();
  }

  private static Optional<String> notRun(List<String> lines, int fence) {
    Matcher comment = NOT_RUN.matcher(fence == 0 ? "" : lines.get(fence - 1));
    return comment.matches() ? Optional.of(comment.group(1)) : Optional.empty();
  }

  /** The links on a page to files and headings of the repository. */
  public static Stream<Link> links(Path page) {
    return LINK.matcher(String.join("\n", lines(page))).results().map(match -> link(page, match));
  }

  private static Link link(Path page, MatchResult match) {
    Path target = match.group(1).isEmpty() ? page : page.resolveSibling(match.group(1)).normalize();
    return new Link(page, target, match.group(2) == null ? "" : match.group(2));
  }

  /** The anchors of a page's headings, as GitHub makes them. */
  public static Set<String> anchors(Path page) {
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    boolean code = false;
    for (String line : lines(page)) {
      code ^= line.startsWith("```");
      Matcher heading = HEADING.matcher(line);
      if (!code && heading.matches()) {
        String anchor =
            heading
                .group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
        int before = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
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
