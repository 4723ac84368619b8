package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/INVARIANTS.md} says about tests is so. */
class InvariantsTest {
  private static final Pattern HEADING = Pattern.compile("(?m)^## (\\d+)\\. ");
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|Contract))(?:\\.([a-zA-Z0-9_]+))?`");

  private final String document = Files.readString(Path.of("docs/INVARIANTS.md"), UTF_8);

  InvariantsTest() throws IOException {}

  private List<String> sections() {
    return Stream.of(HEADING.split(document)).skip(1).toList();
  }

  @Test
  void invariants_areNumbered_andEachEndsWithWhatEnforcesIt() {
    List<Integer> numbers =
        HEADING
            .matcher(document)
            .results()
            .map((MatchResult found) -> Integer.valueOf(found.group(1)))
            .toList();
    assertThat(numbers)
        .hasSizeGreaterThanOrEqualTo(10)
        .isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
    assertThat(sections())
        .allSatisfy(
            section -> {
              int enforced = section.lastIndexOf("\nEnforced by: ");
              assertThat(enforced).as(section).isPositive();
              String end = section.substring(enforced);
              assertThat(NAMED.matcher(end).results()).as(section).isNotEmpty();
              assertThat(end.strip()).as("nothing follows it").doesNotContain("\n\n");
            });
  }

  @Test
  void everyTestNamed_exists() throws IOException {
    Set<Path> sources;
    try (Stream<Path> tree = Files.walk(Path.of("src/test/java"))) {
      sources = tree.filter(path -> path.toString().endsWith(".java")).collect(Collectors.toSet());
    }
    List<MatchResult> named = NAMED.matcher(document).results().toList();

    assertThat(named).hasSizeGreaterThan(20);
    for (MatchResult name : named) {
      Path source =
          sources.stream()
              .filter(path -> path.getFileName().toString().equals(name.group(1) + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(name.group(1) + " does not exist"));
      if (name.group(2) != null) {
        assertThat(Files.readString(source, UTF_8))
            .as("%s.%s", name.group(1), name.group(2))
            .contains("void " + name.group(2) + "(");
      }
    }
  }
}
