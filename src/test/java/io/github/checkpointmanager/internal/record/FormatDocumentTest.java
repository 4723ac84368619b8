package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.record.RecordCodec.Crc32cText;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/FORMAT.md} shows is so. */
class FormatDocumentTest {
  private static String document() throws IOException {
    return Files.readString(Path.of("docs/FORMAT.md"));
  }

  static Stream<Arguments> namesAndKeys() throws IOException {
    return Pattern.compile(
        "^\\| `([^`]+)`(?: \\([^)]*\\))? \\| `([^`]+)\\.checkpoint` \\|$", Pattern.MULTILINE)
        .matcher(document())
        .results()
        .map(row -> Arguments.of(row.group(1), row.group(2) + ".checkpoint"))
        .toList()
        .stream();
  }

  @Test
  void theExampleIsAValidRecord() throws IOException {
    String example =
        Pattern.compile("```text\n(COMPLETED\n.*?)\n```", Pattern.DOTALL)
            .matcher(document())
            .results()
            .map((MatchResult block) -> block.group(1))
            .findFirst()
            .orElseThrow();

    assertThat(RecordCodec.decode(example.getBytes(UTF_8))).isInstanceOf(Decoded.Valid.class);
  }

  @ParameterizedTest
  @MethodSource("namesAndKeys")
  void theTableOfNamesIsRight(String name, String key) {
    assertThat(StageName.checkpointKey(name)).isEqualTo(key);
  }

  @Test
  void theTableOfNamesIsFound() throws IOException {
    assertThat(namesAndKeys()).hasSizeGreaterThanOrEqualTo(11);
  }

  @Test
  void theCheckValueIsRight() throws IOException {
    assertThat(document())
        .contains("`123456789` is `" + Crc32cText.of("123456789".getBytes(UTF_8), 0, 9) + "`");
  }

  @Test
  void everyHeaderIsInATable() throws Exception {
    String document = document();
    for (Field constant : Header.class.getDeclaredFields()) {
      if (Modifier.isStatic(constant.getModifiers()) && constant.getType() == String.class) {
        String name = (String) constant.get(null);
        assertThat(document)
            .as(name)
            .containsPattern("`" + Pattern.quote(name) + "(?:<key>|<name>)?`");
      }
    }
  }
}
