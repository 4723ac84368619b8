package io.github.checkpointmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/CLI.md} names every command, option, status and field that there is. */
class CliDocumentationTest {
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":");

  private static String page = "";

  @BeforeAll
  static void readPage() throws IOException {
    page = Files.readString(Path.of("docs/CLI.md"));
  }

  private static CommandLine commandLine() {
    StandardStreams none =
        new StandardStreams(
            InputStream.nullInputStream(),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            false,
            false,
            false);
    return new Application(none, Map.of()).commandLine();
  }

  @Test
  void everyCommand_hasASection() {
    for (String name : commandLine().getSubcommands().keySet()) {
      assertThat(page).containsPattern("\n### `" + name + "[ `]");
    }
  }

  @Test
  void everyCommandOfPipeline_hasASection() {
    CommandLine pipeline =
        Objects.requireNonNull(commandLine().getSubcommands().get(PipelineCommand.NAME));
    for (String name : pipeline.getSubcommands().keySet()) {
      assertThat(page).containsPattern("\n### `pipeline " + name + "[ `]");
    }
  }

  @Test
  void everyOption_isNamed() {
    Set<String> options = new TreeSet<>();
    collect(commandLine(), options);

    for (String option : options) {
      assertThat(page).containsPattern("[`\\[|]" + option + "[ `\\]|]");
    }
  }

  private static void collect(CommandLine command, Set<String> options) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      options.addAll(Set.of(option.names()));
    }
    command.getSubcommands().values().forEach(below -> collect(below, options));
  }

  @Test
  void everyStatus_isInATable() throws IllegalAccessException {
    for (Field constant : ExitCodes.class.getDeclaredFields()) {
      if (!constant.getName().endsWith("_BASE") && constant.getType() == int.class) {
        assertThat(page).as(constant.getName()).contains("\n| " + constant.getInt(null) + " | ");
      }
    }
  }

  @Test
  void everyFieldOfTheGoldenDocuments_isNamed() throws IOException {
    Set<String> fields = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/cli"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        FIELD
            .matcher(Files.readString(file))
            .results()
            .map(CliDocumentationTest::name)
            .forEach(fields::add);
      }
    }
    fields.removeAll(Set.of("lr", "by")); // metadata of a test

    assertThat(fields)
        .hasSizeGreaterThan(30)
        .allMatch(field -> page.contains("`" + field + "`") || page.contains("\"" + field + "\""));
  }

  private static String name(MatchResult match) {
    return match.group(1);
  }
}
