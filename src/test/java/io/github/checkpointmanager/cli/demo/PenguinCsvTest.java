package io.github.checkpointmanager.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.cli.demo.PenguinCsv.Ingested;
import io.github.checkpointmanager.cli.demo.PenguinCsv.Measurement;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PenguinCsvTest {
  private static final String HEADER =
      "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n";

  private static Ingested read(String rows) throws IOException {
    return PenguinCsv.read(new StringReader(HEADER + rows));
  }

  @Test
  void resource_has344PenguinsOfWhich342AreComplete() {
    Ingested ingested = PenguinCsv.readResource();

    assertThat(ingested.measurements()).hasSize(344);
    assertThat(ingested.measurements().stream().filter(Measurement::isComplete)).hasSize(342);
  }

  @Test
  void missingValue_isNotAnError() throws IOException {
    assertThat(read("Adelie,Torgersen,NA,18.7,181,3750,male,2007\n").measurements())
        .singleElement()
        .matches(measurement -> !measurement.isComplete());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Emperor,Torgersen,39.1,18.7,181,3750,male,2007 | 'Emperor' is none of the species
          Adelie,Torgersen,long,18.7,181,3750,male,2007  | bill_length_mm is 'long'
          Adelie,Torgersen,39.1,-1,181,3750,male,2007    | bill_depth_mm is '-1'
          Adelie,Torgersen,39.1,18.7,NaN,3750,male,2007  | flipper_length_mm is 'NaN'
          Adelie,Torgersen,39.1                          | it has 3 columns
          """)
  void invalidRow_isRefusedNamingItsPlace(String row, String why) {
    assertThatThrownBy(() -> read("Adelie,Biscoe,39.1,18.7,181,3750,male,2007\n" + row + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Row 2 ")
        .hasMessageContaining(why);
  }
}
