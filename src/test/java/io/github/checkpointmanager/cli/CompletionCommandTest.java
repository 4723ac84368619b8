package io.github.checkpointmanager.cli;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCommandTest {
  @Test
  void bash_completesSubcommandsAndTheirOptions() throws Exception {
    String script = checkpoint("completion", "bash").out();

    assertThat(completed(script, "checkpoint", "ver")).contains("verify");
    assertThat(completed(script, "checkpoint", "save", "--pa")).contains("--payload");
  }

  /** What bash offers for the last word, by the function that the script registers. */
  private static String completed(String script, String... words)
      throws IOException, InterruptedException {
    String program =
        script
            + "\nCOMP_WORDS=("
            + String.join(" ", words)
            + ")\nCOMP_CWORD="
            + (words.length - 1)
            + "\nCOMP_LINE=\"${COMP_WORDS[*]}\"\nCOMP_POINT=${#COMP_LINE}\n"
            + "_complete_checkpoint\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", program).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    bash.waitFor();
    return said;
  }

  @Test
  void zsh_getsAScriptThatLoadsItsBashSupport() {
    assertThat(checkpoint("completion", "zsh").out()).contains("bashcompinit");
  }

  @Test
  void fish_namesEverySubcommandOnce() {
    String script = checkpoint("completion", "fish").out();

    for (String name :
        new String[] {"run", "save", "has", "get", "list", "clear", "verify", "doctor", "demo"}) {
      assertThat(script.lines().filter(line -> line.contains("-a " + name + " "))).hasSize(1);
    }
    assertThat(script.lines()).allMatch(line -> line.startsWith("complete -c checkpoint"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "ZSH", "fish"})
  void shell_isKnown(String shell) {
    assertThat(checkpoint("completion", shell).status()).isZero();
  }
}
