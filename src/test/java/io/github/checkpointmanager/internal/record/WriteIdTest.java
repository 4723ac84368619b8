package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteIdTest {
  @Test
  void draw_gives32HexadecimalDigitsAndNeverTheSame() {
    var drawn = IntStream.range(0, 1000).mapToObj(i -> WriteId.draw()).collect(Collectors.toSet());

    assertThat(drawn).hasSize(1000).allMatch(id -> id.matches("[0-9a-f]{32}"));
    assertThat(drawn).allMatch(WriteId::isOne);
  }

  /** A kept generator would draw the same ids in every environment resumed from one snapshot. */
  @Test
  void noGeneratorIsKept() {
    assertThat(Stream.of(WriteId.class.getDeclaredFields()).map(Field::getType))
        .isNotEmpty()
        .noneMatch(Random.class::isAssignableFrom);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0",
        "0123456789ABCDEF0123456789ABCDEF",
        "0123456789abcdef-0123456789abcde",
        "0123456789abcdef0123456789abcdef\n"
      })
  void isOne_ofAnythingElse_isFalse(String text) {
    assertThat(WriteId.isOne(text)).isFalse();
  }
}
