package io.github.checkpointmanager.cli.demo;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Reads and validates the Palmer penguins. */
final class PenguinCsv {
  private static final String RESOURCE = "penguins.csv";
  private static final String MISSING = "NA";
  private static final Set<String> SPECIES = Set.of("Adelie", "Chinstrap", "Gentoo");

  private PenguinCsv() {}

  /** Result of {@code data_ingestion}. */
  record Ingested(List<Measurement> measurements) {}

  /**
   * One penguin as it was measured.
   *
   * @param features what the model predicts the species from; null where it was not measured
   */
  record Measurement(String species, List<@Nullable Double> features) {
    boolean isComplete() {
      return features.stream().allMatch(Objects::nonNull);
    }
  }

  static Ingested readResource() {
    try (Reader csv =
        new InputStreamReader(
            Objects.requireNonNull(PenguinCsv.class.getResourceAsStream(RESOURCE), RESOURCE),
            StandardCharsets.UTF_8)) {
      return read(csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException a row is not valid; the message names line and column
   */
  static Ingested read(Reader csv) throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    List<Measurement> measurements = new ArrayList<>();
    for (CSVRecord row : format.parse(csv)) {
      measurements.add(measurement(row));
    }
    return new Ingested(measurements);
  }

  private static Measurement measurement(CSVRecord row) {
    if (!row.isConsistent()) {
      throw invalid(row, "it has " + row.size() + " columns, not as many as the header");
    }
    String species = row.get("species");
    if (!SPECIES.contains(species)) {
      throw invalid(row, "'" + species + "' is none of the species " + SPECIES);
    }
    return new Measurement(
        species,
        Stream.of("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
            .<@Nullable Double>map(column -> number(row, column))
            .toList());
  }

  private static @Nullable Double number(CSVRecord row, String column) {
    String text = row.get(column);
    if (text.equals(MISSING)) {
      return null;
    }
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw invalid(row, column + " is '" + text + "', which is no positive number");
  }

  private static IllegalArgumentException invalid(CSVRecord row, String why) {
    return new IllegalArgumentException(
        "Row " + row.getRecordNumber() + " of the penguins is refused: " + why);
  }
}
