package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChildJvmTest {
  /** Says its argument and a variable, then each line that it reads; {@code end} ends it. */
  static final class EchoProgram {
    private EchoProgram() {}

    public static void main(String[] args) throws IOException {
      System.out.println(args[0] + " " + System.getenv("GREETED"));
      System.err.println("an error");
      try (var in = new java.util.Scanner(System.in, UTF_8)) {
        String line = in.nextLine();
        while (!line.equals("end")) {
          System.out.println(line);
          line = in.nextLine();
        }
      }
      System.exit(7);
    }
  }

  @TempDir private Path directory;

  private ChildJvm.Builder echo() {
    return ChildJvm.running(EchoProgram.class, "hello")
        .environment(Map.of("GREETED", "world"))
        .errorsTo(directory.resolve("errors"));
  }

  @Test
  void lines_goBothWays_untilItEndsWithAStatus() throws IOException {
    try (ChildJvm child = echo().start()) {
      assertThat(child.line()).isEqualTo("hello world");
      assertThat(child.ask("größe")).isEqualTo("größe");
      child.say("last");
      child.say("end");

      assertThat(child.rest()).containsExactly("last");
      assertThat(child.await()).isEqualTo(7);
      assertThat(directory.resolve("errors")).hasContent("an error");
      assertThatThrownBy(child::line)
          .isInstanceOf(AssertionError.class)
          .hasMessage("ended with status 7 instead of saying a line");
    }
  }

  @Test
  void outputTo_keepsBothStreams() throws IOException {
    Path output = directory.resolve("output");
    try (ChildJvm child = echo().outputTo(output).start()) {
      child.say("end");
      assertThat(child.await()).isEqualTo(7);
    }

    assertThat(Files.readAllLines(output)).containsExactlyInAnyOrder("hello world", "an error");
  }

  @Test
  void programThatNeverEnds_failsEveryWaitAtItsLimit() {
    try (ChildJvm child = echo().limit(Duration.ofSeconds(3)).start()) {
      assertThatThrownBy(child::rest)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("was killed, it ran for more than PT3S: ");
      assertThatThrownBy(child::line).hasMessageStartingWith("was killed");
      assertThatThrownBy(child::await).hasMessageStartingWith("was killed");
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void kill_endsItAtOnce_andIsNoFailure() {
    try (ChildJvm child = echo().start()) {
      assertThat(child.line()).isEqualTo("hello world");

      child.kill();

      assertThat(child.isAlive()).isFalse();
      assertThat(child.await()).isEqualTo(137);
    }
  }
}
