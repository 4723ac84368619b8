import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.pipeline.LocalFiles;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The ETL of {@code pipeline.yaml} in Java: the same stages, and the same files byte for byte. Each
 * stage writes to a name of its own and renames when it is done, so that one that is killed leaves
 * nothing half-made.
 */
public final class Etl {
  private static final String DATA =
      "../../src/main/resources/io/github/checkpointmanager/cli/demo/penguins.csv";
  private static final List<String> TABLES = List.of("species", "islands", "years", "heavy");

  /** Columns of the data. */
  private static final int SPECIES = 0;

  private static final int ISLAND = 1;
  private static final int MASS = 5;
  private static final int YEAR = 7;
  private static final int COLUMNS = 8;

  private final Path directory;

  private Etl(Path directory) {
    this.directory = directory;
  }

  /** Runs it in the working directory; the first argument says where its checkpoints are. */
  public static void main(String[] args) {
    Path here = Path.of("");
    try (var checkpoints = CheckpointManager.open(args.length > 0 ? args[0] : "checkpoints-java")) {
      RunReport report =
          PipelineRunner.of(checkpoints)
              .options(PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT))
              .source(LocalFiles.below(here))
              .parallelism(4)
              .run(pipeline(here));
      for (StageReport stage : report.stages()) {
        System.out.println(
            stage.stage() + " " + stage.outcome() + ": " + stage.reason().sentence());
      }
      if (!report.isComplete()) {
        System.exit(1);
      }
    }
  }

  /** The pipeline; its paths begin at this directory. */
  public static Pipeline pipeline(Path directory) {
    Etl etl = new Etl(directory);
    return Pipeline.named("penguins")
        .stage(
            PipelineStage.of("ingest", task -> etl.ingest())
                .inputs(DATA)
                .outputs("work/raw.csv")
                .compensation(task -> etl.remove("raw.csv")))
        .stage(
            PipelineStage.of("clean", task -> etl.clean())
                .after("ingest")
                .inputs("work/raw.csv")
                .outputs("work/clean.csv")
                .compensation(task -> etl.remove("clean.csv")))
        .stage(
            PipelineStage.of("species", task -> etl.species())
                .after("clean")
                .inputs("work/clean.csv")
                .outputs("work/species.csv"))
        .stage(
            PipelineStage.of(
                    "islands",
                    task -> etl.count("islands.csv", row -> row[ISLAND] + "," + row[SPECIES]))
                .after("clean")
                .inputs("work/clean.csv")
                .outputs("work/islands.csv"))
        .stage(
            PipelineStage.of("years", task -> etl.count("years.csv", row -> row[YEAR]))
                .after("clean")
                .inputs("work/clean.csv")
                .outputs("work/years.csv"))
        .stage(
            PipelineStage.of(
                    "heavy", task -> etl.heavy(Double.parseDouble(task.params().get("grams"))))
                .after("clean")
                .param("grams", "5500")
                .inputs("work/clean.csv")
                .outputs("work/heavy.csv"))
        .stage(
            PipelineStage.of("join", task -> etl.join())
                .after(TABLES.toArray(String[]::new))
                .inputs(TABLES.stream().map(t -> "work/" + t + ".csv").toArray(String[]::new))
                .outputs("work/tables.csv"))
        .stage(
            PipelineStage.of("report", task -> etl.report())
                .after("join")
                .inputs("work/tables.csv")
                .outputs("work/report.txt"))
        .build();
  }

  /** The rows without their heading, sorted. */
  private void ingest() throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve(DATA));
    write("raw.csv", lines.stream().skip(1).sorted().toList());
  }

  /** Complete rows only. */
  private void clean() throws IOException {
    write("clean.csv", read("raw.csv").stream().filter(Etl::isWhole).toList());
  }

  private static boolean isWhole(String line) {
    List<String> row = Arrays.asList(line.split(",", -1));
    return row.size() == COLUMNS && !row.contains("NA");
  }

  /** How many, and their mean mass in grams. */
  private void species() throws IOException {
    Map<String, List<String[]>> groups =
        rows("clean.csv").stream().collect(Collectors.groupingBy(row -> row[SPECIES]));
    List<String> table = new ArrayList<>();
    groups.forEach(
        (species, rows) -> {
          double sum = rows.stream().mapToDouble(row -> Double.parseDouble(row[MASS])).sum();
          // As printf of C rounds: the exact value, and halves to even.
          BigDecimal mean = new BigDecimal(sum / rows.size()).setScale(1, RoundingMode.HALF_EVEN);
          table.add(species + "," + rows.size() + "," + mean.toPlainString());
        });
    write("species.csv", table.stream().sorted().toList());
  }

  /** How many rows have each key. */
  private void count(String file, Function<String[], String> key) throws IOException {
    Map<String, Long> counts =
        rows("clean.csv").stream()
            .collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
    write(
        file,
        counts.entrySet().stream().map(e -> e.getKey() + "," + e.getValue()).sorted().toList());
  }

  /** Those above a mass. */
  private void heavy(double grams) throws IOException {
    write(
        "heavy.csv",
        read("clean.csv").stream()
            .filter(line -> Double.parseDouble(line.split(",", -1)[MASS]) > grams)
            .toList());
  }

  /** The tables one below the other. */
  private void join() throws IOException {
    List<String> all = new ArrayList<>();
    for (String table : TABLES) {
      read(table + ".csv").forEach(line -> all.add(table + "," + line));
    }
    write("tables.csv", all);
  }

  private void report() throws IOException {
    List<String> text = new ArrayList<>();
    int heavy = 0;
    for (String[] row : rows("tables.csv")) {
      switch (row[0]) {
        case "species" -> text.add(row[1] + ": " + row[2] + " penguins of " + row[3] + " g");
        case "heavy" -> heavy++;
        default -> {} // not told
      }
    }
    text.add("heavy: " + heavy);
    write("report.txt", text);
  }

  private List<String> read(String file) throws IOException {
    return Files.readAllLines(directory.resolve("work").resolve(file));
  }

  private List<String[]> rows(String file) throws IOException {
    return read(file).stream().map(line -> line.split(",", -1)).toList();
  }

  private void write(String file, List<String> lines) throws IOException {
    Path work = Files.createDirectories(directory.resolve("work"));
    Path own = work.resolve(file + "." + ProcessHandle.current().pid());
    Files.writeString(own, lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
    Files.move(
        own,
        work.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void remove(String file) throws IOException {
    Files.deleteIfExists(directory.resolve("work").resolve(file));
  }
}
