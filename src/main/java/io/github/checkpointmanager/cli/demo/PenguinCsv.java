package io.github.checkpointmanager.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
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

  /** One penguin as it was measured; a value that was not measured is null. */
  record Measurement(
      String species,
      @Nullable Double billLengthMm,
      @Nullable Double billDepthMm,
      @Nullable Double flipperLengthMm,
      @Nullable Double bodyMassG) {

    boolean isComplete() {
      return Stream.of(billLengthMm, billDepthMm, flipperLengthMm, bodyMassG)
          .allMatch(value -> value != null);
    }

    /** The numbers that the model predicts the species from; only of a complete penguin. */
    List<Double> features() {
      return List.of(billLengthMm, billDepthMm, flipperLengthMm, bodyMassG);
    }
  }

  static Ingested readResource() {
    try (InputStream in = PenguinCsv.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return read(new InputStreamReader(in, StandardCharsets.UTF_8));
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
    try (CSVParser rows = format.parse(csv)) {
      for (CSVRecord row : rows) {
        measurements.add(measurement(row));
      }
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
        number(row, "bill_length_mm"),
        number(row, "bill_depth_mm"),
        number(row, "flipper_length_mm"),
        number(row, "body_mass_g"));
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
