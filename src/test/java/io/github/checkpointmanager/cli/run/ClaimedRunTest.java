package io.github.checkpointmanager.cli.run;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code run --claim} with small real commands; death, signals and freezes are in {@code
 * ClaimedRunIT}. The other worker is this test, by the library.
 */
@Timeout(120)
class ClaimedRunTest {
  private static final String REMOVE_CLAIM = "rm \"$CHECKPOINT_STORE/train.claim\"";

  @TempDir private Path directory;

  private String store = "";
  private CheckpointManager other = CheckpointManager.open("memory:unused");

  @BeforeEach
  void open() {
    store = directory.resolve("checkpoints").toString();
    other = CheckpointManager.open(store);
  }

  @AfterEach
  void close() {
    other.close();
  }

  private CommandRun command() {
    return new CommandRun().store(store).path();
  }

  private CommandRun.Result run(String... args) {
    return command().run(args);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private Claim claim(ClaimOptions options) {
    return ((ClaimResult.Held) other.claim("train", options)).claim();
  }

  private Claim claim() {
    return claim(ClaimOptions.lease(Duration.ofMinutes(5)));
  }

  private StageStatus status() {
    List<StageStatus> all = other.status();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void run_ofFreeStage_claimsRunsAndSaves() {
    CommandRun.Result result =
        run("run", "train", "--claim", "--", "touch", file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err())
        .isEqualTo(
            """
            checkpoint: running train: it has no checkpoint (attempt 1)
            checkpoint: saved train in %s
            """
                .formatted(store));
    assertThat(file("ran")).exists();
    assertThat(other.get("train").orElseThrow().attempt()).hasValue(1);
  }

  @Test
  void run_givesTheCommandItsAttemptAndToken() {
    claim().fail("the first attempt");

    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--",
            "sh",
            "-c",
            "printf '%s %s %s' \"$CHECKPOINT_STAGE\" \"$CHECKPOINT_ATTEMPT\" \"$CHECKPOINT_TOKEN\""
                + " > \"$0\"",
            file("env").toString());

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(file("env"))
        .content()
        .isEqualTo("train 2 " + other.get("train").orElseThrow().fencingToken().orElseThrow());
  }

  @Test
  void run_withoutClaim_givesTheCommandNeither() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--no-claim",
            "--",
            "sh",
            "-c",
            "test -z \"$CHECKPOINT_ATTEMPT$CHECKPOINT_TOKEN\"");

    assertThat(result.status()).isZero();
  }

  @Test
  void run_ofCompletedStage_skipsAndClaimsNothing() {
    other.save("train");

    CommandRun.Result result =
        run("run", "train", "--claim", "--", "touch", file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err()).startsWith("checkpoint: skipping train: completed 20");
    assertThat(file("ran")).doesNotExist();
    assertThat(Path.of(store, "train.claim")).doesNotExist();
  }

  @Test
  void run_whenTheCommandFails_recordsItsStatus() {
    CommandRun.Result result = run("run", "train", "--claim", "--", "sh", "-c", "exit 42");

    assertThat(result.status()).isEqualTo(42);
    assertThat(result.err()).endsWith("train was not saved: the command ended with status 42\n");
    assertThat(status().state()).isEqualTo(StageState.FAILED);
    assertThat(status().holder().orElseThrow())
        .satisfies(
            holder -> {
              assertThat(holder.failures()).isEqualTo(1);
              assertThat(holder.note()).contains("the command ended with status 42");
            });
  }

  @Test
  void run_ofUnknownCommand_is127AndClaimsNothing() {
    CommandRun.Result result = run("run", "train", "--claim", "--", "no-such-program");

    assertThat(result.status()).isEqualTo(127);
    assertThat(other.status()).isEmpty();
  }

  @Test
  void run_ofAProgramThatDoesNotStart_is126AndReleasesTheClaim() throws IOException {
    Files.writeString(file("script"), "#!/no/such/interpreter\n");
    assertThat(file("script").toFile().setExecutable(true)).isTrue();

    CommandRun.Result result =
        command()
            .environment("PATH", "/nowhere") // setpriv would be started, and fail itself
            .run("run", "train", "--claim", "--", file("script").toString());

    assertThat(result.status()).as(result.err()).isEqualTo(126);
    assertThat(status().state()).isEqualTo(StageState.PENDING);
    assertThat(status().holder().orElseThrow())
        .satisfies(
            holder -> {
              assertThat(holder.failures()).isZero();
              assertThat(holder.note()).contains("the command could not be started");
            });
  }

  @Test
  void run_whenBusyAndNotToWait_is103AndNamesTheHolder() {
    try (Claim held = claim()) {
      CommandRun.Result result =
          run(
              "run",
              "train",
              "--claim",
              "--on-busy",
              "fail",
              "--",
              "touch",
              file("ran").toString());

      assertThat(result.status()).isEqualTo(103);
      assertThat(result.err())
          .matches(
              "checkpoint: The stage 'train' is busy: attempt 1 runs on .+ \\(.+, process "
                  + ProcessHandle.current().pid()
                  + "\\) since 20.+Z, its lease holds until 20.+Z unless it is renewed\\. Wait for"
                  + " it \\(--on-busy wait\\), or run it again later\\.\n");
      assertThat(file("ran")).doesNotExist();
      assertThat(held.isValid()).isTrue();
    }
  }

  @Test
  void run_whenBusyLongerThanTheTimeout_is103() {
    try (Claim held = claim()) {
      CommandRun.Result result =
          run("run", "train", "--claim", "--wait-timeout", "1s", "--", "true");

      assertThat(result.status()).isEqualTo(103);
      assertThat(result.err())
          .startsWith("checkpoint: waiting for train: attempt 1 runs on ")
          .contains("checkpoint: The stage 'train' is busy still: attempt 1 runs on ")
          .hasLineCount(2);
      assertThat(held.isValid()).isTrue();
    }
  }

  @Test
  void run_waits_andRunsWhenTheHolderHasReleasedIt() {
    Claim held = claim();

    CommandRun.Result result =
        command()
            .onError(line -> releaseWhenWaitedFor(line, held))
            .run("run", "train", "--claim", "--", "true");

    assertThat(result.status()).isZero();
    assertThat(result.err().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("checkpoint: waiting for train: attempt 1 runs"),
            then ->
                assertThat(then)
                    .isEqualTo("checkpoint: running train: it has no checkpoint (attempt 2)"),
            last -> assertThat(last).isEqualTo("checkpoint: saved train in " + store));
  }

  private static void releaseWhenWaitedFor(String line, Claim held) {
    if (line.contains("waiting for")) {
      held.release();
    }
  }

  @Test
  void run_waits_andSkipsWhenTheHolderHasCompletedIt() {
    Claim held = claim();

    CommandRun.Result result =
        command()
            .onError(
                line -> {
                  if (line.contains("waiting for")) {
                    held.complete();
                  }
                })
            .run("run", "train", "--claim", "--", "touch", file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("checkpoint: skipping train: completed 20");
    assertThat(file("ran")).doesNotExist();
  }

  @Test
  void run_whileItWaits_namesEachHolderOnce() {
    Claim first = claim();
    Claim[] second = new Claim[1];

    CommandRun.Result result =
        command()
            .onError(
                line -> {
                  if (line.contains("waiting for train: attempt 1")) {
                    first.release();
                    second[0] = claim();
                  } else if (line.contains("waiting for train: attempt 2")) {
                    second[0].release();
                  }
                })
            .run("run", "train", "--claim", "--", "true");

    assertThat(result.status()).isZero();
    assertThat(result.err().lines().filter(line -> line.contains("waiting for"))).hasSize(2);
    assertThat(result.err()).contains("(attempt 3)");
  }

  @Test
  void run_thatHasFailedTooOften_is103AndSaysHowToGoOn() {
    run("run", "train", "--claim", "--", "false");

    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--max-attempts",
            "1",
            "--",
            "touch",
            file("ran").toString());

    assertThat(result.status()).isEqualTo(103);
    assertThat(result.err())
        .contains("The stage 'train' is not tried again: it has failed 1 time, the last time in")
        .contains("(the command ended with status 1)")
        .endsWith(
            "Fix the cause, then clear the stage (checkpoint clear) or override the limit"
                + " (--override-max-attempts).\n");
    assertThat(file("ran")).doesNotExist();
    assertThat(run("run", "train", "--claim", "--max-attempts", "2", "--", "true").status())
        .isZero();
  }

  @Test
  void run_atMostOnce_beginsOnce_whateverIsAskedForLater() {
    assertThat(run("run", "train", "--claim", "--at-most-once", "--", "false").status())
        .isEqualTo(1);

    for (String option : List.of("--at-most-once", "--max-attempts=9", "--on-busy=wait")) {
      String file = file("ran").toString();
      assertThat(run("run", "train", "--claim", option, "--", "touch", file).status())
          .as(option)
          .isEqualTo(103);
    }
    assertThat(file("ran")).doesNotExist();
    assertThat(run("run", "train", "--claim", "--override-max-attempts", "--", "true").status())
        .isZero();
  }

  @Test
  void run_afterAFailure_restsAsLongAsTheBackoffSays() {
    run("run", "train", "--claim", "--", "false");

    CommandRun.Result resting =
        run("run", "train", "--claim", "--backoff", "1h", "--on-busy", "fail", "--", "true");
    CommandRun.Result other =
        run("run", "train", "--claim", "--backoff", "1h,2h", "--wait-timeout", "0s", "--", "true");

    assertThat(resting.status()).isEqualTo(103);
    assertThat(resting.err())
        .contains("it backs off for 3", "more after attempt 1 failed: the command");
    assertThat(other.status()).isEqualTo(103);
    assertThat(run("run", "train", "--claim", "--backoff", "1s", "--", "true").status()).isZero();
  }

  @Test
  void run_withForce_replacesTheCheckpointThatWasSeen() {
    other.save("train");
    String before = other.get("train").orElseThrow().writeId().orElseThrow();

    CommandRun.Result result = run("run", "train", "--claim", "--force", "--", "true");

    assertThat(result.status()).isZero();
    assertThat(result.err())
        .startsWith("checkpoint: running train: forced, although completed 20")
        .contains("(attempt 1)");
    assertThat(other.get("train").orElseThrow().writeId()).isPresent().get().isNotEqualTo(before);
  }

  @Test
  void run_withForce_runsAgainRightAfterAClaimedRun() {
    run("run", "train", "--claim", "--", "true");

    CommandRun.Result result =
        run("run", "train", "--claim", "--force", "--on-busy", "fail", "--", "true");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).contains("(attempt 2)");
  }

  @Test
  void run_withForce_whenAnotherReplacedItWhileItWaited_skips() {
    other.save("train");
    Claim held =
        claim(ClaimOptions.lease(Duration.ofMinutes(5)).rerun(other.get("train").orElseThrow()));

    CommandRun.Result result =
        command()
            .onError(
                line -> {
                  if (line.contains("waiting for")) {
                    held.complete();
                  }
                })
            .run("run", "train", "--claim", "--force", "--", "touch", file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("skipping train: completed 20");
    assertThat(file("ran")).doesNotExist();
  }

  @Test
  void run_withForce_whenAnotherReplacedItMeanwhile_is106AndTheirsIsCurrent() {
    other.save("train");

    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--force",
            "--",
            "sh",
            "-c",
            "printf 'COMPLETED\\n' > \"$CHECKPOINT_STORE/train.checkpoint\"");

    assertThat(result.status()).isEqualTo(106);
    assertThat(result.err()).contains("The command succeeded, but 'train' could not be recorded");
    assertThat(Path.of(store, "train.checkpoint")).content().isEqualTo("COMPLETED\n");
  }

  @Test
  void run_ofDamagedStage_repairsIt() throws IOException {
    Files.createDirectories(Path.of(store));
    Files.createFile(Path.of(store, "train.checkpoint"));

    CommandRun.Result result = run("run", "train", "--claim", "--", "true");

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("running train: its checkpoint is damaged (");
    assertThat(other.has("train")).isTrue();
  }

  @Test
  void run_whenAnotherCompletedTheStageMeanwhile_saysWhoseCheckpointIsCurrent() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--",
            "sh",
            "-c",
            "printf 'COMPLETED\\n' > \"$CHECKPOINT_STORE/train.checkpoint\"");

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("train was completed meanwhile, 20");
    assertThat(Path.of(store, "train.checkpoint")).content().isEqualTo("COMPLETED\n");
  }

  @Test
  void run_withPayloadThatIsMissingAfterSuccess_is106AndCountsAsAFailure() {
    CommandRun.Result result =
        run("run", "train", "--claim", "--payload", file("none").toString(), "--", "true");

    assertThat(result.status()).isEqualTo(106);
    assertThat(status().state()).isEqualTo(StageState.FAILED);
    assertThat(status().holder().orElseThrow().note()).get().asString().contains("cannot be read");
  }

  @Test
  void run_withAResultThatIsTooLarge_recordsTheFailureWithItsReason() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--payload",
            file("large").toString(),
            "--",
            "sh",
            "-c",
            "head -c 6000000 /dev/zero > \"$0\"",
            file("large").toString());

    assertThat(result.status()).isEqualTo(106);
    assertThat(status().state()).isEqualTo(StageState.FAILED);
    assertThat(status().holder().orElseThrow().note())
        .get()
        .asString()
        .contains("is too large: it has more than ");

    CommandRun.Result again = run("run", "train", "--", "sh", "-c", "echo worked");

    assertThat(again.status()).isEqualTo(103);
    assertThat(again.out()).as("the work is not done again").isEmpty();
    assertThat(again.err()).contains("is too large").contains("--override-max-attempts");
    assertThat(run("run", "train", "--override-max-attempts", "--", "true").status()).isZero();
  }

  /** Another limit than that of {@code --payload}. */
  @Test
  void run_withMetadataThatIsTooLarge_recordsTheFailureWithItsReason() {
    CommandRun.Result result =
        run("run", "train", "--claim", "--meta", "text=" + "x".repeat(100_000), "--", "true");

    assertThat(result.status()).isEqualTo(106);
    assertThat(status().state()).isEqualTo(StageState.FAILED);
    assertThat(status().holder().orElseThrow().failures()).isEqualTo(1);
    assertThat(run("run", "train", "--", "true").status()).isEqualTo(103);
  }

  @Test
  void run_withPayload_savesWhatTheCommandLeft() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--payload",
            file("out.txt").toString(),
            "--meta",
            "lr=1",
            "--",
            "sh",
            "-c",
            "printf abc > \"$0\"",
            file("out.txt").toString());

    assertThat(result.status()).isZero();
    assertThat(checkpoint("--store", store, "get", "train", "--payload").out()).isEqualTo("abc");
  }

  /** The guard finds out by the next renewal, and stops the command with what it has started. */
  @Test
  void run_whoseClaimIsGone_isStoppedWithItsDescendantsAndIs104() throws IOException {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--lease",
            "5s",
            "--",
            "sh",
            "-c",
            "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > \"$0\"; while :; do sleep 1; done'"
                + " \"$0\" & "
                + REMOVE_CLAIM
                + "; while :; do sleep 1; done",
            file("grandchild").toString());

    assertThat(result.status()).isEqualTo(104);
    assertThat(result.err())
        .endsWith(
            "checkpoint: The claim of 'train' was lost, and the command was stopped: it was taken"
                + " over, cleared or released by force. Nothing was saved, and another worker may"
                + " have begun; run it again to wait for its result.\n");
    assertThat(other.status()).isEmpty();
    long pid = Long.parseLong(Files.readString(file("grandchild")).strip());
    assertThat(ProcessHandle.of(pid).filter(ClaimedRunTest::isRunning)).isEmpty();
  }

  /** Without an init that waits for it, a dead process stays as a zombie. */
  private static boolean isRunning(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void run_whoseClaimIsGone_isNotASuccessThoughTheCommandEndsWith0() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--claim",
            "--lease",
            "5s",
            "--",
            "sh",
            "-c",
            "trap 'exit 0' TERM; " + REMOVE_CLAIM + "; while :; do sleep 0.1; done");

    assertThat(result.status()).isEqualTo(104);
    assertThat(other.status()).isEmpty();
  }

  @Test
  void run_whoseClaimIsGoneWhenTheCommandSucceeds_is104AndSavesNothing() {
    CommandRun.Result result = run("run", "train", "--claim", "--", "sh", "-c", REMOVE_CLAIM);

    assertThat(result.status()).isEqualTo(104);
    assertThat(result.err())
        .contains("The command succeeded, but the claim of 'train' was lost: its lease ran out")
        .contains("Nothing was saved");
    assertThat(other.has("train")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--no-claim --lease 10s|--lease is refused: it says how a stage is claimed. Leave out",
        "--no-claim --on-busy wait|--on-busy is refused: it says how a stage is claimed. Leave out",
        "--no-claim --wait-timeout 1s|--wait-timeout is refused: it says how a stage is claimed. Leave out",
        "--no-claim --max-attempts 3|--max-attempts is refused: it says how a stage is claimed. Leave out",
        "--no-claim --backoff 1s|--backoff is refused: it says how a stage is claimed. Leave out",
        "--no-claim --at-most-once|--at-most-once is refused: it says how a stage is claimed. Leave",
        "--no-claim --override-max-attempts|--override-max-attempts is refused: it says how a stage",
        "--claim --at-most-once --max-attempts 2|--max-attempts is refused: --at-most-once sets it",
        "--claim --lease 4s|The lease of 4.0s is refused: it is too short for a store whose clock"
            + " tells whole seconds. Give --lease at least 5s.",
        "--claim --lease 60|'60' has no unit; write it as 10s, 5m, 1h30m or PT1H30M. See",
        "--claim --lease soon|'soon' is not a duration; write it as 10s,",
        "--claim --lease PT|'PT' is not a duration; write it as 10s,",
        "--claim --lease 366d|'366d' is not between 0s and 365d; write it as 10s,",
        "--claim --lease PT-5S|'PT-5S' is not between 0s and 365d; write it as 10s,",
        "--claim --max-attempts 0|--max-attempts 0 is refused: the stage could never run. Give",
        "--claim --backoff 10s,5s|'10s,5s' allows at most a shorter wait than its first; write the"
            + " shorter",
        "--claim --on-busy fail --wait-timeout 1s|--wait-timeout is refused: with --on-busy fail",
        "--claim --on-busy never|'--on-busy'"
      })
  void run_withOptionsThatMakeNoSense_is125AndSaysWhat(String options, String message) {
    String[] line = ("run train " + options + " -- touch " + file("ran")).split(" ", -1);

    CommandRun.Result result = run(line);

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message).hasLineCount(1);
    assertThat(file("ran")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"10s", "5m", "1h30m", "1d", "PT90S", "90S"})
  void lease_isWrittenAsPeopleDo(String lease) {
    assertThat(run("run", "train", "--claim", "--lease", lease, "--", "true").status()).isZero();
  }
}
