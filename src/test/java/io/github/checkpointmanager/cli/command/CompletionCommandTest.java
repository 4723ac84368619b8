package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCommandTest {
  @Test
  void bash_completesSubcommandsAndTheirOptions() throws Exception {
    String script = checkpoint("completion", "bash").out();

    assertThat(completed(script, "checkpoint", "ver")).contains("verify");
    assertThat(completed(script, "checkpoint", "save", "--pa")).contains("--payload");
    assertThat(completed(script, "checkpoint", "list", "--output", "j"))
        .endsWith("json\n")
        .doesNotContain("table");
    assertThat(completed(script, "checkpoint", "demo", "--crash-after", "mod"))
        .endsWith("model_training\n")
        .doesNotContain("evaluation");
    assertThat(completed(script, "checkpoint", "rel")).contains("release");
    assertThat(completed(script, "checkpoint", "run", "--wait")).contains("--wait-timeout");
    assertThat(completed(script, "checkpoint", "status", "--w")).contains("--watch");
  }

  @Test
  void bash_completesFileNamesWhereFilesAreMeant(@TempDir Path directory)
      throws IOException, InterruptedException {
    String file = Files.createFile(directory.resolve("rows.csv")).toString();
    String begin = directory + "/ro";
    String script = checkpoint("completion", "bash").out();

    for (String option : new String[] {"--payload", "--store"}) {
      assertThat(completed(script, "checkpoint", "save", option, begin)).endsWith(file + "\n");
    }
    assertThat(completed(script, "checkpoint", "run", "--result-file", begin))
        .endsWith(file + "\n");
    assertThat(completed(script, "checkpoint", "--store", begin)).endsWith(file + "\n");
    assertThat(completed(script, "checkpoint", "save", "--meta", begin)).doesNotContain(file);
  }

  @Test
  void bash_isTheSameInEveryLocale() {
    String script = checkpoint("completion", "bash").out();
    Locale before = Locale.getDefault();

    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(checkpoint("completion", "bash").out()).isEqualTo(script);
    } finally {
      Locale.setDefault(before);
    }
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
  void zsh_getsAScriptThatLoadsItsBashSupport_andIsCompleteWhenItIsEvaluatedAtOnce() {
    assertThat(checkpoint("completion", "zsh").out())
        .contains("bashcompinit", "function compopt() { return 0; }")
        .doesNotContain("alias compopt");
  }

  @Test
  void fish_completesFileNamesOnlyWhereFilesAreMeant() {
    String script = checkpoint("completion", "fish").out();

    assertThat(script)
        .contains(" -l store -r -F ", " -l payload -r -F ", " -l output -x -a 'table json' ")
        .contains(" -l region -x -d", "' -l crash-after -x -a 'data_ingestion ");
  }

  @Test
  void fish_namesEverySubcommandOnce() {
    String script = checkpoint("completion", "fish").out();

    for (String name :
        new String[] {
          "run", "save", "has", "get", "list", "status", "release", "clear", "verify", "doctor",
          "demo"
        }) {
      assertThat(
              script
                  .lines()
                  .filter(line -> line.contains(" -n 'not ") && line.contains("-a " + name + " ")))
          .hasSize(1);
    }
    for (String name : new String[] {"run", "plan", "status"}) {
      assertThat(
              script
                  .lines()
                  .filter(
                      line ->
                          line.contains(
                              "not __fish_seen_subcommand_from run plan status' -a " + name + " ")))
          .hasSize(1);
    }
    assertThat(script.lines()).allMatch(line -> line.startsWith("complete -c checkpoint"));
    assertThat(script).contains("-l on-busy -x -a 'wait fail'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "ZSH", "fish"})
  void shell_isKnown(String shell) {
    assertThat(checkpoint("completion", shell).status()).isZero();
  }
}
