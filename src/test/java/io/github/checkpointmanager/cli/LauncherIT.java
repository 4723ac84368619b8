package io.github.checkpointmanager.cli;

import static io.github.checkpointmanager.cli.CommandProcess.LAUNCHER;
import static io.github.checkpointmanager.cli.CommandProcess.checkpoint;
import static io.github.checkpointmanager.cli.CommandProcess.shell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/checkpoint}: statuses, streams, locale, places, and its build. */
@Timeout(900)
class LauncherIT {
  @TempDir private Path directory;

  private Map<String, String> environment() {
    return Map.of("CHECKPOINT_STORE", directory.toString());
  }

  @Test
  void status_isThatOfTheCommand() {
    assertThat(checkpoint(environment(), "has", "train").status()).isEqualTo(1);
    assertThat(checkpoint(environment(), "get", "train").status()).isEqualTo(1);
    assertThat(checkpoint(environment(), "save", "train").status()).isZero();
    assertThat(checkpoint(environment(), "has", "train").status()).isZero();
    assertThat(checkpoint(environment(), "save", "").status()).isEqualTo(2);
    assertThat(checkpoint(environment(), "run", "x", "--", "sh", "-c", "exit 1").status())
        .isEqualTo(1);
    assertThat(checkpoint(environment(), "run", "x", "--", "sh", "-c", "exit 64").status())
        .isEqualTo(64);
  }

  @Test
  void status_whenTheServerDoesNotAnswer_is6() {
    CommandProcess.Result result =
        checkpoint(
            Map.of("AWS_ACCESS_KEY_ID", "none", "AWS_SECRET_ACCESS_KEY", "none"),
            "--store",
            "s3://bucket/x?endpoint=http://127.0.0.1:9",
            "has",
            "train");

    assertThat(result.status()).isEqualTo(6);
    assertThat(result.err())
        .startsWith("checkpoint: Reading the checkpoint of 'train' failed: ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"has train", "run train -- true", "--store x run train -- true"})
  void jvmThatCannotStart_is125NeverNo(String line) {
    CommandProcess.Result result =
        checkpoint(Map.of("JAVA_TOOL_OPTIONS", "-XX:+NoSuchOption"), line.split(" ", -1));

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .contains("checkpoint: The command cannot be started: ")
        .contains(" -version says: Unrecognized VM option 'NoSuchOption'. Repair that Java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void collectorThatTheUserChose_isUsed(String variable) {
    Map<String, String> chosen =
        Map.of("CHECKPOINT_STORE", directory.toString(), variable, "-XX:+UseG1GC");

    assertThat(checkpoint(chosen, "run", "train", "--", "true").status()).isZero();
    assertThat(checkpoint(chosen, "has", "train").status()).isZero();
    assertThat(checkpoint(chosen, "status").out()).contains("completed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run x -- true", "status", "pipeline plan", "rollback --yes", "list"})
  void optionsThatTheJvmRefuses_are125NeverOne(String line) {
    CommandProcess.Result result =
        checkpoint(
            Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC -XX:+UseParallelGC"), line.split(" ", -1));

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("-version says: Multiple garbage collectors selected. ");
  }

  /** Else what changes something would go on when the command seems to have ended. */
  @Test
  void signalToTheLauncher_meetsTheJvm() {
    CommandProcess.Result result =
        shell(
            environment(),
            """
            mkfifo "$1/in"
            "$0" save a --payload - <"$1/in" & command=$!
            exec 3>"$1/in"
            for i in $(seq 600); do
              ps -o args= -p $command | grep -q 'java .*checkpointmanager' && break
              sleep 0.1
            done
            ps -o args= -p $command | grep -c 'java .*checkpointmanager'
            kill -TERM $command
            wait $command
            echo $?
            """,
            directory.toString());

    assertThat(result.out()).as(result.err()).isEqualTo("1\n143\n");
    assertThat(directory.resolve("a.checkpoint")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run x -- true", "has x"})
  void workingDirectoryThatWasDeleted_isNamed(String line) {
    CommandProcess.Result result =
        shell(
            environment(),
            "mkdir \"$1/gone\" && cd \"$1/gone\" && rmdir \"$1/gone\" && \"$0\" "
                + line
                + "; echo $?",
            directory.toString());

    assertThat(result.out()).endsWith("125\n");
    assertThat(result.err())
        .contains(
            "the working directory does not exist any more. Change to a directory that exists");
  }

  @Test
  void commandsThatCountDigests_useTheSecondCompiler() throws IOException {
    for (String line : List.of("pipeline plan", "explain x", "rerun x", "verify")) {
      assertThat(optionsOfJava(Map.of(), line)).doesNotContain("TieredStopAtLevel");
    }
    assertThat(optionsOfJava(Map.of(), "--store d run x --payload f -- true"))
        .doesNotContain("TieredStopAtLevel");
    for (String line : List.of("has x", "run x -- true --payload", "list")) {
      assertThat(optionsOfJava(Map.of(), line)).contains("-XX:TieredStopAtLevel=1");
    }
  }

  @Test
  void optionsOfTheUser_replaceTheLaunchers() throws IOException {
    assertThat(optionsOfJava(Map.of("JAVA_TOOL_OPTIONS", "-Dx=1\t-XX:TieredStopAtLevel=4"), "list"))
        .contains("UseSerialGC")
        .doesNotContain("TieredStopAtLevel");
    assertThat(optionsOfJava(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:gc"), "list"))
        .doesNotContain("-Xlog");
    assertThat(optionsOfJava(Map.of("JDK_JAVA_OPTIONS", "-Dx=1 @options"), "list"))
        .doesNotContain("-X");
  }

  @Test
  void archiveOfAnotherJdk_isNotWorthAWord() throws IOException {
    assertThat(optionsOfJava(Map.of(), "list")).contains("-Xlog:all=error,cds*=off:stderr");
  }

  /** What the launcher gives to Java: a program that says its arguments. */
  private String optionsOfJava(Map<String, String> environment, String line) throws IOException {
    Path java = directory.resolve("said/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(
        java,
        """
        #!/bin/sh
        case "$*" in
          *-version) echo 'openjdk version "17.0.1"' >&2 ;;
          *) echo "$*" ;;
        esac
        """);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_HOME", directory.resolve("said").toString());

    CommandProcess.Result result = checkpoint(all, line.split(" ", -1));

    assertThat(result.status()).as(result.err()).isZero();
    return result.out().replaceFirst(" -cp .*(?s:.*)", "");
  }

  @Test
  void java_thatIsMissing_is125WithItsRemedy() {
    CommandProcess.Result result = checkpoint(Map.of("JAVA_HOME", "/nowhere"), "list");

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: The command cannot be started: JAVA_HOME is /nowhere, and no program"
                + " bin/java is there. Set JAVA_HOME to a JDK 17 or later, or unset it.\n");
  }

  @Test
  void java_thatIsTooOld_is125WithItsRemedy() throws IOException {
    Path java = Files.createDirectories(directory.resolve("old/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        case $1 in
          -version) echo 'openjdk version "11.0.2"' >&2 ;;
          *) exit 1 ;;
        esac
        """);
    assertThat(java.toFile().setExecutable(true)).isTrue();

    CommandProcess.Result result =
        checkpoint(Map.of("JAVA_HOME", directory.resolve("old").toString()), "list");

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("is of version 11. Install a JDK 17 or later");
  }

  @Test
  void output_whoseReaderHasGone_endsSilently() {
    CommandProcess.Result result =
        shell(
            environment(),
            "head -c 4000000 /dev/zero | \"$0\" -q save big --payload -;"
                + " { \"$0\" get big --payload; echo $? >&2; } | head -c 1 >/dev/null;"
                + " { \"$0\" list; echo $? >&2; } | true");

    assertThat(result.err().lines()).first().isEqualTo("141");
    assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.matches("0|141"));
  }

  @Test
  void payload_isReadFromPipes() {
    CommandProcess.Result result =
        shell(
            environment(),
            "printf abc | \"$0\" -q save one --payload - && \"$0\" get one --payload; printf def |"
                + " \"$0\" -q save two --payload /dev/stdin && \"$0\" get two --payload");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("abcdef");
  }

  @Test
  void output_thatIsClosed_changesNothing() {
    CommandProcess.Result result =
        shell(
            environment(),
            "\"$0\" save train >&-; echo $?; \"$0\" has train <&- >&- 2>&-; echo $?");

    assertThat(result.out()).isEqualTo("0\n0\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void output_thatCannotBeWritten_isAFailure() {
    CommandProcess.Result result = shell(environment(), "\"$0\" has train >/dev/full; echo $?");

    assertThat(result.out()).isEqualTo("125\n");
    assertThat(result.err()).contains("cannot be written to standard output", "No space left");
  }

  @Test
  void names_areUtf8WhateverTheLocale() {
    CommandProcess.Result result =
        shell(
            Map.of("CHECKPOINT_STORE", directory.toString(), "LC_ALL", "C", "LANG", "C"),
            "\"$0\" save 'größe \ud83d\udc27' && \"$0\" --output json list");

    assertThat(result.out())
        .startsWith("größe \ud83d\udc27: saved")
        .contains("[{\"stage\":\"größe \ud83d\udc27\",");
    assertThat(directory).isDirectoryContaining("glob:**/gr%C3%B6%C3%9Fe %F0%9F%90%A7.checkpoint");
  }

  @Test
  void name_thatIsNotUtf8_isRefused() {
    CommandProcess.Result result =
        shell(environment(), "\"$0\" save \"$(printf 'caf\\351')\"; echo $?");

    assertThat(result.out()).isEqualTo("2\n");
    assertThat(result.err()).contains("it is not valid UTF-8");
  }

  @Test
  void launcher_isFoundThroughSymbolicLinks() throws IOException {
    Path first = Files.createSymbolicLink(directory.resolve("first"), Path.of(LAUNCHER));
    Path second = Files.createSymbolicLink(directory.resolve("second"), first.getFileName());

    CommandProcess.Result result =
        shell(environment(), "cd / && \"$1\" --version", second.toString());

    assertThat(result.out()).startsWith("checkpoint ");
  }

  /** Of a real pipe: it cannot seek. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo \"$1\" | \"$0\" has a -f -",
        "echo \"$1\" | \"$0\" has a -f /dev/stdin",
        "echo \"$1\" | \"$0\" has a -f /dev/fd/3 3<&0 </dev/null"
      })
  void declaration_throughAPipe_isRead(String script) {
    CommandProcess.Result result =
        shell(environment(), script, "{name: piped, stages: {a: {run: 'true'}}}");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("a: not completed\n");
  }

  @Test
  void launcher_ofARelease_usesTheJarBesideIt() throws IOException {
    Path place = Files.createDirectories(directory.resolve("a release/bin"));
    Files.copy(Path.of(LAUNCHER), place.resolve("checkpoint"));
    Path lib = Files.createDirectories(directory.resolve("a release/lib"));
    Files.copy(
        Path.of(System.getProperty("checkpoint.test.jar") + "-cli.jar"),
        lib.resolve("checkpoint-manager-9.9-cli.jar"));

    CommandProcess.Result result =
        shell(environment(), "sh \"$1\" save train", place.resolve("checkpoint").toString());

    assertThat(result.out()).startsWith("train: saved");
  }

  @Test
  void launcher_withoutJarAndSources_saysWhatIsMissing() throws IOException {
    Path place = Files.createDirectories(directory.resolve("alone"));
    Files.copy(Path.of(LAUNCHER), place.resolve("checkpoint"));

    CommandProcess.Result result =
        shell(environment(), "sh \"$1\" list; echo $?", place.resolve("checkpoint").toString());

    assertThat(result.out()).isEqualTo("125\n");
    assertThat(result.err()).contains("Put the jar of a release into the directory");
  }

  /** Shows that first uses at the same time build once, and that a change builds again. */
  @Test
  @Tag("extended")
  void launcher_inAFreshTree_buildsOnceForAllAndAgainWhenSourcesChange() throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    shell(environment(), "cp -R pom.xml .mvn src bin \"$1\"", tree.toString());
    List<String> line =
        List.of(
            "sh",
            "-c",
            "cd / && \"$0\" save same-stage",
            tree.resolve("bin/checkpoint").toString());

    List<CommandProcess> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(CommandProcess.start(environment(), line));
    }
    List<CommandProcess.Result> results = processes.stream().map(CommandProcess::await).toList();

    assertThat(results).allMatch(result -> result.status() == 0);
    assertThat(results.stream().filter(r -> r.out().contains(": saved"))).hasSize(1);
    assertThat(results.stream().filter(r -> r.err().contains("building the command"))).hasSize(1);
    Files.writeString(tree.resolve("src/main/resources/changed"), "");
    assertThat(CommandProcess.start(environment(), line).await().err())
        .contains("building the command");
    assertThat(CommandProcess.start(environment(), line).await().err()).isEmpty();
  }
}
