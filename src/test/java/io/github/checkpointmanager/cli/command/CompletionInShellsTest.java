package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What zsh and fish make of their completion scripts. Needs both. {@link CompletionCommandTest} has
 * bash.
 */
@Tag("extended")
@Timeout(120)
class CompletionInShellsTest {
  /**
   * Types into an interactive zsh, and completes: {@code sh script-of-completion output WORDS…}.
   * What zsh completed goes to the output, a line for each.
   */
  private static final String ZSH =
      """
      zmodload zsh/zpty
      zpty shell 'zsh -f -i'
      zpty -w shell 'PROMPT= RPROMPT=; autoload -U compinit; compinit -u -D; eval "$(cat '$1')"'
      zpty -w shell 'answer() { zle complete-word; print -r -- "$BUFFER" >> '$2'; BUFFER=; zle -I; print answer"ed" }'
      zpty -w shell 'zle -N answer; bindkey "^T" answer; print rea"dy"'
      zpty -r shell out '*ready*'
      shift 2
      for line; do
        zpty -w -n shell "$line"$'\\x14'
        zpty -r shell out '*answered*'
      done
      zpty -d shell
      """;

  @TempDir private Path directory;

  private String script(String shell) throws IOException {
    Path file = directory.resolve("completion");
    Files.writeString(file, checkpoint("completion", shell).out());
    return file.toString();
  }

  /** What a shell says; it ends with 0. */
  private static String run(List<String> line) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    try (WatchedProcess shell = WatchedProcess.start(builder)) {
      shell.process().getOutputStream().close();
      String said = new String(shell.process().getInputStream().readAllBytes(), UTF_8);
      assertThat(shell.await()).as(said).isZero();
      return said;
    }
  }

  @Test
  void zsh_completesCommandsOptionsAndValues() throws IOException, InterruptedException {
    String file = Files.createFile(directory.resolve("rows.csv")).toString();
    Path answers = directory.resolve("answers");
    List<String> line =
        new ArrayList<>(List.of("zsh", "-f", "-c", ZSH, "zsh", script("zsh"), answers.toString()));
    line.addAll(
        List.of(
            "checkpoint ver",
            "checkpoint pipeline st",
            "checkpoint pipeline run --pl",
            "checkpoint save --pay",
            "checkpoint list --output j",
            "checkpoint demo --crash-after mod",
            "checkpoint completion f",
            "checkpoint save --payload " + directory + "/ro",
            "checkpoint pipeline run --file " + directory + "/ro"));

    run(line);

    assertThat(Files.readAllLines(answers).stream().map(String::strip))
        .containsExactly(
            "checkpoint verify",
            "checkpoint pipeline status",
            "checkpoint pipeline run --plain",
            "checkpoint save --payload",
            "checkpoint list --output json",
            "checkpoint demo --crash-after model_training",
            "checkpoint completion fish",
            "checkpoint save --payload " + file,
            "checkpoint pipeline run --file " + file);
  }

  /** What fish offers for the last word, without descriptions. */
  private List<String> fish(String line) throws IOException, InterruptedException {
    String offers =
        run(
            List.of(
                "fish",
                "--no-config",
                "-c",
                "source $argv[1]; complete -C $argv[2]; true",
                script("fish"),
                line));
    return offers.lines().map(offer -> offer.split("\t", 2)[0]).toList();
  }

  @Test
  void fish_completesCommands() throws IOException, InterruptedException {
    assertThat(fish("checkpoint ver")).containsExactly("verify");
    assertThat(fish("checkpoint ru")).containsExactly("run");
    assertThat(fish("checkpoint --output json li")).containsExactly("list");
    assertThat(fish("checkpoint pipeline ")).containsExactly("plan", "run", "status");
    assertThat(fish("checkpoint completion ")).containsExactly("bash", "fish", "zsh");
    assertThat(fish("checkpoint save ")).isEmpty();
  }

  @Test
  void fish_completesTheOptionsOfTheCommandAlone() throws IOException, InterruptedException {
    assertThat(fish("checkpoint pipeline run --pl")).containsExactly("--plain");
    assertThat(fish("checkpoint pipeline run --pay")).isEmpty();
    assertThat(fish("checkpoint pipeline status --w")).isEmpty();
    assertThat(fish("checkpoint run --pl")).isEmpty();
    assertThat(fish("checkpoint run --pay")).containsExactly("--payload");
    assertThat(fish("checkpoint status --w")).containsExactly("--watch");
    assertThat(fish("checkpoint explain --sto")).containsExactly("--store");
  }

  @Test
  void fish_completesValuesAndFiles() throws IOException, InterruptedException {
    String file = Files.createFile(directory.resolve("rows.csv")).toString();

    assertThat(fish("checkpoint list --output ")).containsExactly("json", "table");
    assertThat(fish("checkpoint run --on-busy ")).containsExactly("fail", "wait");
    assertThat(fish("checkpoint pipeline run --file " + directory + "/ro")).containsExactly(file);
    assertThat(fish("checkpoint save --meta " + directory + "/ro")).isEmpty();
  }
}
