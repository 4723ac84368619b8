package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/ARCHITECTURE.md names the packages and classes that there are, and those that are exported.
 */
class ArchitecturePageTest {
  private static final String ROOT = "io.github.checkpointmanager";
  private static final Path SOURCES = Path.of("src/main/java");

  /** A line of the tree: a package, perhaps the mark of an exported one, and what it is. */
  private static final Pattern TREE_LINE =
      Pattern.compile("(?m)^(\\(root\\)|[a-z][a-z0-9.]*) +(E )? *\\S.*$");

  private final String page = read(Path.of("docs/ARCHITECTURE.md"));

  @Test
  void tree_namesEveryPackage_andWhetherItIsExported() throws IOException {
    TreeMap<String, Boolean> documented = new TreeMap<>();
    Pattern.compile("(?s)```\n(\\(root\\) .*?)```")
        .matcher(page)
        .results()
        .map(block -> block.group(1))
        .flatMap(block -> TREE_LINE.matcher(block).results())
        .forEach(line -> documented.put(name(line.group(1)), line.group(2) != null));

    Set<String> exported =
        Pattern.compile("exports ([\\w.]+);")
            .matcher(read(SOURCES.resolve("module-info.java")))
            .results()
            .map(export -> export.group(1))
            .collect(Collectors.toSet());
    TreeMap<String, Boolean> actual = new TreeMap<>();
    packages().forEach(name -> actual.put(name, exported.contains(name)));
    assertThat(documented).isEqualTo(actual);
  }

  @Test
  void startReadingHere_namesWhatThereIs() {
    String table =
        page.substring(page.indexOf("## Start reading here"), page.indexOf("## Packages"));
    Set<String> missing =
        Pattern.compile("`([\\w.]+)`")
            .matcher(table)
            .results()
            .map(match -> match.group(1))
            .filter(name -> !name.equals("save") && !exists(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(missing).isEmpty();
  }

  private static String name(String documented) {
    return documented.equals("(root)") ? ROOT : ROOT + "." + documented;
  }

  private static boolean exists(String name) {
    Path path = SOURCES.resolve((ROOT + "." + name).replace('.', '/'));
    return Files.isDirectory(path) || Files.exists(Path.of(path + ".java"));
  }

  private static Set<String> packages() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.equals(SOURCES.resolve("module-info.java")))
          .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
