package io.github.checkpointmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.pipeline.Reason;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/CLI.md} says of the command what there is, no less and no more. */
class CliDocumentationTest {
  private static final Path GOLDEN = Path.of("src/test/resources/cli");
  private static final Pattern OPTION = Pattern.compile("(?<![-\\w])--?[a-z][a-z-]*");

  /** Commands that take the options of another one, as their sections say. */
  private static final Map<String, String> TAKES_OPTIONS_OF =
      Map.of("rerun", "pipeline run", "purge", "clear");

  private static CliPage page;

  @BeforeAll
  static void readPage() throws IOException {
    page = CliPage.read();
  }

  /** All commands, by their names. */
  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> commands = new TreeMap<>();
    CommandRun.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              commands.put(name, command);
              command
                  .getSubcommands()
                  .forEach((below, line) -> commands.put(name + " " + below, line));
            });
    return commands;
  }

  private static Set<String> options(CommandLine command) {
    Set<String> options = new TreeSet<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      options.addAll(Set.of(option.names()));
    }
    return options;
  }

  /** What is written as an option in code. */
  private static Set<String> optionsIn(String text) {
    Set<String> options = new TreeSet<>();
    CliPage.code(text)
        .forEach(
            code -> OPTION.matcher(code).results().forEach(match -> options.add(match.group())));
    return options;
  }

  @Test
  void globalOptions_areThoseThatEveryCommandHas() {
    Set<String> common = options(CommandRun.commandLine());

    assertThat(optionsIn(page.section("Global options").firstTableText())).isEqualTo(common);
    assertThat(commands().values()).allSatisfy(c -> assertThat(options(c)).containsAll(common));
  }

  @Test
  void everyCommand_hasASectionWithItsOptions() {
    Set<String> common = options(CommandRun.commandLine());
    for (Map.Entry<String, CommandLine> command : commands().entrySet()) {
      String name = command.getKey();
      Set<String> expected = options(command.getValue());
      expected.removeAll(common);
      Set<String> documented = optionsIn(page.commandText(name));
      if (TAKES_OPTIONS_OF.containsKey(name)) {
        documented.addAll(optionsIn(page.commandText(TAKES_OPTIONS_OF.get(name))));
      }

      assertThat(documented).as(name).containsAll(expected);
    }
  }

  @Test
  void everyOptionOnThePage_isOneOfTheCommand() {
    Set<String> all = new TreeSet<>(options(CommandRun.commandLine()));
    commands().values().forEach(command -> all.addAll(options(command)));

    assertThat(optionsIn(page.text())).isSubsetOf(all);
  }

  @Test
  void exitCodes_areThose() throws IllegalAccessException {
    Set<Integer> ofRun = new TreeSet<>(Set.of(ExitCodes.FAILED));
    Set<Integer> ofOthers = new TreeSet<>();
    for (Field constant : ExitCodes.class.getDeclaredFields()) {
      if (Modifier.isPublic(constant.getModifiers())
          && constant.getType() == int.class
          && !constant.getName().equals("SIGNAL_BASE")) {
        (constant.getName().startsWith("RUN_") ? ofRun : ofOthers).add(constant.getInt(null));
      }
    }
    List<List<List<String>>> tables = page.section("Exit codes").tables();

    assertThat(tables).hasSize(2);
    assertThat(codes(tables.get(0))).isEqualTo(ofOthers);
    assertThat(codes(tables.get(1))).isEqualTo(ofRun);
  }

  private static Set<Integer> codes(List<List<String>> table) {
    Set<Integer> codes = new TreeSet<>();
    table.forEach(row -> codes.add(Integer.valueOf(row.get(0))));
    return codes;
  }

  @Test
  void kindsOfFailures_areThoseOfTheLibraryAndTheirCodes() {
    Map<String, String> documented = new TreeMap<>();
    for (List<String> row : page.section("Kinds of failures").onlyTable()) {
      documented.put(CliPage.code(row.get(0)).get(0), row.get(1));
    }
    Map<String, String> expected =
        new TreeMap<>(
            Map.of(
                "absent", "1",
                "usage", "2",
                "blocked", "7",
                "not_executable", "126",
                "interrupted", "128 + n",
                "internal", "125"));
    for (CheckpointException.Kind kind : CheckpointException.Kind.values()) {
      expected.put(lower(kind), Integer.toString(ExitCodes.of(kind)));
    }

    assertThat(documented).isEqualTo(expected);
  }

  @Test
  void kindsOfFailures_areAllInGoldenFiles() throws IOException {
    Set<String> kinds = new TreeSet<>();
    for (Path file : golden()) {
      kinds.addAll(json(file).findValuesAsText("kind"));
    }

    assertThat(kinds)
        .isEqualTo(
            new TreeSet<>(
                page.section("Kinds of failures").onlyTable().stream()
                    .map(row -> CliPage.code(row.get(0)).get(0))
                    .toList()));
  }

  @Test
  void codesOfReasons_areThoseOfTheLibrary() {
    assertThat(
            page.section("Codes of reasons").onlyTable().stream()
                .map(row -> CliPage.code(row.get(0)).get(0)))
        .containsExactlyElementsOf(
            Arrays.stream(Reason.Code.values()).map(CliDocumentationTest::lower).toList());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** A folder of golden files for each document, and the other way round. */
  @Test
  void documents_haveGoldenFiles() throws IOException {
    try (Stream<Path> folders = Files.list(GOLDEN)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(new DocumentedJson(page).folders().keySet());
    }
  }

  /** Every object in them, and every field of the page. */
  @Test
  void goldenFiles_haveTheDocumentedFieldsAndTypes() throws IOException {
    DocumentedJson documented = new DocumentedJson(page);
    for (Path file : golden()) {
      String folder = file.getName(GOLDEN.getNameCount()).toString();
      documented.check(String.valueOf(documented.folders().get(folder)), json(file));
    }

    assertThat(documented.faults()).isEmpty();
  }

  private static List<Path> golden() throws IOException {
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** With a number in place of the name of one. */
  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readString(file).replaceAll("(?<=[:,\\[])[A-Z][A-Z0-9_]*(?=[,}\\]])", "7"));
  }
}
