package io.github.checkpointmanager.cli.run;

import static io.github.checkpointmanager.cli.CommandProcess.LAUNCHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.chaos.FakeClock;
import io.github.checkpointmanager.cli.CommandProcess;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.ProxiedResponse;
import io.github.checkpointmanager.testing.WireFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Workers that are killed, frozen or cut off from a real S3 server: their commands end with them,
 * and their successors' records stand. Needs Linux, setpriv, GNU date and libfaketime.
 */
@Tag("s3")
@Timeout(300)
class LostClaimIT {
  /** Long enough that a holder on a busy machine still renews it before the scene begins. */
  private static final Duration LEASE = Duration.ofSeconds(8);

  private static final String STAGE = "slow";

  /** As a worker that cannot prove that a process of this machine is dead: the lease decides. */
  private static final Map<String, String> ELSEWHERE = Map.of("AWS_LAMBDA_FUNCTION_NAME", "none");

  @TempDir private Path directory;

  private final String bucket = LocalStack.newBucket();

  /** In a process group of its own. */
  private CommandProcess start(URI endpoint, String lease, String script, String... arguments) {
    return start(Map.of(), endpoint, lease, script, arguments);
  }

  private CommandProcess start(
      Map<String, String> more, URI endpoint, String lease, String script, String... arguments) {
    Map<String, String> environment = new HashMap<>(LocalStack.environment());
    environment.putAll(more);
    environment.put("AWS_ENDPOINT_URL", endpoint.toString());
    environment.put("CHECKPOINT_STORE", "s3://" + bucket + "/job");
    List<String> line =
        new ArrayList<>(List.of("setsid", LAUNCHER, "run", STAGE, "--claim", "--lease", lease));
    line.addAll(List.of("--", "sh", "-c", script));
    line.addAll(List.of(arguments));
    return CommandProcess.start(environment, line);
  }

  private CommandProcess start(String script, String... arguments) {
    return start(LocalStack.endpoint(), LEASE.toString(), script, arguments);
  }

  private Checkpoint checkpoint() {
    try (CheckpointStore store =
            S3CheckpointStore.builder()
                .client(LocalStack.client())
                .bucket(bucket)
                .prefix("job")
                .build();
        CheckpointManager checkpoints = CheckpointManager.builder().store(store).open()) {
      return checkpoints.get(STAGE).orElseThrow();
    }
  }

  /**
   * A waiter's look at a claim, or its write of one.
   *
   * @param age by the server's own clock; of a reading
   */
  private record Look(String method, int status, Duration age) {
    static Look of(String method, ProxiedResponse response) {
      boolean read = method.equals("GET") && response.status() / 100 == 2;
      return new Look(
          method,
          response.status(),
          read
              ? Duration.between(time(response, "Last-Modified"), time(response, "Date"))
              : Duration.ZERO);
    }

    private static ZonedDateTime time(ProxiedResponse response, String header) {
      return ZonedDateTime.parse(
          response.headers().get(header), DateTimeFormatter.RFC_1123_DATE_TIME);
    }
  }

  @Test
  @Tag("extended")
  void holderThatIsKilled_takesItsCommandAlong_andIsSucceededByTheFirstLookAfterItsLease()
      throws IOException {
    List<Look> looks = new ArrayList<>();
    try (FaultProxy proxy = FaultProxy.before(LocalStack.endpoint());
        CommandProcess first = start("echo ready; exec sleep 600")) {
      proxy
          .when(request -> request.key().endsWith("/slow.claim"))
          .then(
              exchange -> {
                ProxiedResponse response = exchange.forward();
                synchronized (looks) {
                  looks.add(Look.of(exchange.request().method(), response));
                }
                exchange.answer(response);
              });
      assertThat(first.line()).isEqualTo("ready");
      try (CommandProcess second =
          start(ELSEWHERE, proxy.endpoint(), "60s", "echo \"attempt $CHECKPOINT_ATTEMPT\"")) {
        second.awaitError("waiting for slow: attempt 1 runs on ");
        first.signal("KILL");

        // Standard output ends only when the command does not hold it any more.
        assertThat(first.await().status()).isEqualTo(137);
        CommandProcess.Result result = second.await();
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo("attempt 2\n");
      }
    }
    assertThat(checkpoint().attempt()).hasValue(2);
    assertThatTheFirstLookAfterTheLeaseTookOver(looks);
  }

  /** The first PUT found the stage taken; then only looks, until one saw the claim over. */
  private static void assertThatTheFirstLookAfterTheLeaseTookOver(List<Look> looks) {
    Duration takeoverAge = LEASE.plusSeconds(2);
    List<Look> reads = looks.stream().filter(look -> look.method().equals("GET")).toList();
    List<Look> over = reads.stream().filter(look -> look.age().compareTo(takeoverAge) > 0).toList();

    assertThat(looks.get(0).status()).as("the first PUT").isEqualTo(412);
    assertThat(over).as("looks after the lease, of %s", looks).hasSize(1);
    int taking = looks.indexOf(over.get(0)) + 1;
    assertThat(looks.subList(1, taking)).allMatch(look -> look.method().equals("GET"));
    assertThat(looks.get(taking)).isEqualTo(new Look("PUT", 200, Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("extended")
  void holderThatIsFrozenBeyondItsLease_stopsItsCommandAndIs104(boolean withItsCommand) {
    try (CommandProcess first = start("echo ready; exec sleep 600")) {
      assertThat(first.line()).isEqualTo("ready");
      if (withItsCommand) {
        first.signalGroup("STOP");
      } else {
        first.signal("STOP");
      }
      String winner = succeed();
      first.signalGroup("CONT");
      CommandProcess.Result result = first.await();

      assertThat(result.status()).as(result.err()).isEqualTo(104);
      assertThat(result.err())
          .contains("The claim of 'slow' was lost, and the command was stopped");
      assertThat(checkpoint().writeId()).contains(winner);
    }
  }

  @Test
  @Tag("extended")
  void holderThatIsFrozenWhileItsCommandSucceeds_is104AndItsSuccessorsRecordStands()
      throws Exception {
    Path done = directory.resolve("done");
    try (CommandProcess first = start("echo ready; read x; echo done > \"$0\"", done.toString())) {
      assertThat(first.line()).isEqualTo("ready");
      first.signal("STOP");
      first.type("go\n");
      while (!Files.exists(done)) {
        Thread.sleep(50);
      }
      String winner = succeed();
      first.signal("CONT");
      CommandProcess.Result result = first.await();

      assertThat(result.status()).as(result.err()).isEqualTo(104);
      assertThat(result.err()).contains("Nothing was saved");
      assertThat(checkpoint().writeId()).contains(winner);
    }
  }

  /** A second worker takes over and completes; then its record is current. */
  private String succeed() {
    try (CommandProcess second = start("exit 0")) {
      CommandProcess.Result result = second.await();
      assertThat(result.status()).as(result.err()).isZero();
      assertThat(result.err()).contains("(attempt 2)");
    }
    assertThat(checkpoint().attempt()).hasValue(2);
    return checkpoint().writeId().orElseThrow();
  }

  /** How a store is out of reach. */
  private enum Cut {
    HANGS_UP,
    NEVER_ANSWERS;

    WireFault fault() {
      return switch (this) {
        case HANGS_UP -> WireFault.dropRequest();
        case NEVER_ANSWERS -> exchange -> new CountDownLatch(1).await();
      };
    }
  }

  /**
   * The command ends on TERM; what it has started ignores TERM and writes the time for as long as
   * it lives.
   */
  private static final String STUBBORN =
      "sh -c 'trap \"\" TERM; while :; do date +%s%3N >> \"$0\"; sleep 0.05; done' \"$0\" &"
          + " trap 'echo got TERM; exit 0' TERM; echo ready; while :; do sleep 0.1; done";

  @ParameterizedTest
  @EnumSource(Cut.class)
  @Tag("extended")
  void holderThatCannotReachTheStore_hasItsCommandDeadBeforeItsLeaseIsOver(Cut cut)
      throws Exception {
    Path lived = directory.resolve("lived");
    AtomicBoolean working = new AtomicBoolean();
    AtomicLong lastRenewal = new AtomicLong();
    try (FaultProxy proxy = FaultProxy.before(LocalStack.endpoint())) {
      proxy.when(request -> lastRenewal.get() > 0).then(cut.fault());
      // The first renewal of a claim whose command is at work is the last that gets through.
      proxy
          .when(request -> working.get() && request.method().equals("PUT"))
          .then(
              exchange -> {
                long arrival = System.currentTimeMillis();
                exchange.answer(exchange.forward());
                lastRenewal.set(arrival);
              });
      try (CommandProcess run = start(proxy.endpoint(), "20s", STUBBORN, lived.toString())) {
        assertThat(run.line()).isEqualTo("ready");
        working.set(true);
        CommandProcess.Result result = run.await();

        assertThat(result.status()).as(result.err()).isEqualTo(104);
        assertThat(result.out()).isEqualTo("got TERM\n");
        assertThat(result.err()).contains("it could not be renewed before its lease ran out");
      }
    }
    List<String> times = Files.readAllLines(lived);
    long last = Long.parseLong(times.get(times.size() - 1));
    long end = lastRenewal.get() + 20_000;
    assertThat(last).as("last sign of life, lease over at %s", end).isLessThan(end);
    assertThat(last).as("renewed once").isGreaterThan(lastRenewal.get());
  }

  /** As after a suspension. The lease is long: a regular renewal would come after minutes. */
  @Test
  @Tag("extended")
  void holderWhoseWallClockJumps_renewsAtOnceAndGoesOn() throws Exception {
    FakeClock clock = FakeClock.in(directory.resolve("clock"), "-1h");
    AtomicBoolean jumped = new AtomicBoolean();
    CountDownLatch renewed = new CountDownLatch(1);
    try (FaultProxy proxy = FaultProxy.before(LocalStack.endpoint())) {
      proxy
          .when(request -> jumped.get() && request.method().equals("PUT"))
          .then(
              exchange -> {
                exchange.answer(exchange.forward());
                renewed.countDown();
              });
      try (CommandProcess run =
          start(clock.environment(), proxy.endpoint(), "30m", "echo ready; read x; exit 0")) {
        assertThat(run.line()).isEqualTo("ready");
        jumped.set(true);
        clock.set("+1h");
        renewed.await();
        run.type("go\n");

        CommandProcess.Result result = run.await();
        assertThat(result.status()).as(result.err()).isZero();
      }
    }
    assertThat(checkpoint().attempt()).hasValue(1);
  }

  @Test
  @Tag("extended")
  void holderWhoseWallClockJumpsAndCannotRenew_stopsItsCommandLongBeforeItsLeaseIsOver()
      throws Exception {
    FakeClock clock = FakeClock.in(directory.resolve("clock"), "-1h");
    AtomicBoolean cut = new AtomicBoolean();
    try (FaultProxy proxy = FaultProxy.before(LocalStack.endpoint())) {
      proxy.when(request -> cut.get()).then(WireFault.dropRequest());
      try (CommandProcess run =
          start(clock.environment(), proxy.endpoint(), "30m", "echo ready; exec sleep 6000")) {
        assertThat(run.line()).isEqualTo("ready");
        cut.set(true);
        clock.set("+1h");

        CommandProcess.Result result = run.await();
        assertThat(result.status()).as(result.err()).isEqualTo(104);
      }
    }
  }
}
