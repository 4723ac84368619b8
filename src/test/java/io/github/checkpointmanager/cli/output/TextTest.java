package io.github.checkpointmanager.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
  @ParameterizedTest
  @CsvSource({
    "PT0.05S,0.1s",
    "PT59.9S,59.9s",
    "PT1M22S,1m22s",
    "PT3H5M59S,3h05m",
    "PT100H,100h00m"
  })
  void duration_isShort(Duration duration, String shown) {
    assertThat(Text.duration(duration)).isEqualTo(shown);
  }

  @Test
  void printable_leavesLettersOfAnyScriptAndEscapesWhatATerminalObeys() {
    assertThat(Text.printable("größe \ud83d\udc27 数据 a\tb\r\n\u0000\u007f\u009b\u2028\u202e\u2066"))
        .isEqualTo("größe \ud83d\udc27 数据 a\\tb\\r\\n\\u0000\\u007f\\u009b\\u2028\\u202e\\u2066");
  }

  @Test
  void reason_hasNoNameOfAClass() {
    assertThat(Text.reason(new NoSuchFileException("f")))
        .isEqualTo("there is no such file or directory");
    assertThat(Text.reason(new AccessDeniedException("f"))).isEqualTo("permission denied");
  }

  @Test
  void table_alignsByCharactersRatherThanUnits() {
    Table table = new Table("A", "B");
    table.row("\ud83d\udc27\ud83d\udc27", "x");
    table.row("abc", "");

    assertThat(table.lines()).containsExactly("A    B", "\ud83d\udc27\ud83d\udc27   x", "abc");
  }
}
