package io.github.checkpointmanager.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationOptionTest {
  @ParameterizedTest
  @CsvSource({
    "10s,PT10S",
    "5m,PT5M",
    "1h30m,PT1H30M",
    "1D2H3M4S,P1DT2H3M4S",
    "0s,PT0S",
    "PT1H30M,PT1H30M",
    "pt0.5s,PT0.5S",
    "365d,P365D"
  })
  void durations_areReadAsPeopleWriteThem(String text, Duration duration) {
    assertThat(DurationOption.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10",
        "s",
        "-5s",
        "1s5m",
        "10 s",
        "1.5h",
        "5ms",
        "P",
        "PT-1S",
        "366d",
        "999999999d",
        "99999999999s",
        "PT99999999999999999999S"
      })
  void otherTexts_areRefusedWithExamples(String text) {
    assertThatThrownBy(() -> DurationOption.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' ")
        .hasMessageEndingWith("; write it as 10s, 5m, 1h30m or PT1H30M");
  }
}
