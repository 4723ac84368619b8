package io.github.checkpointmanager;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.RacingProgram;
import io.github.checkpointmanager.testing.Records;
import io.github.checkpointmanager.testing.RequestBarrier;
import io.github.checkpointmanager.testing.S3Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.S3Client;

/** Writers whose PUTs are all held in a proxy before the first is let through: S3 alone decides. */
@Tag("s3")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaceTest {
  /** For all tests: each would take longer to start them than to race. */
  private static final List<ChildJvm> PROCESSES = new ArrayList<>();

  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final String bucket = s3.bucket();
  private final FaultProxy proxy = s3.proxy();

  @BeforeAll
  static void startProcesses() {
    for (int i = 0; i < 8; i++) {
      PROCESSES.add(RacingProgram.start());
    }
  }

  @AfterAll
  static void endProcesses() {
    PROCESSES.forEach(ChildJvm::close);
  }

  private RequestBarrier hold(int contenders) {
    var barrier = RequestBarrier.of(contenders);
    proxy.when(r -> r.operation() == Operation.PUT && r.key().contains("/raced")).then(barrier);
    return barrier;
  }

  /** How a save of one contender ended. */
  private record Finish(String outcome, String writeId) {
    static Finish of(SaveResult result) {
      return new Finish(
          result.outcome().name(), result.checkpoint().orElseThrow().writeId().orElseThrow());
    }

    boolean isSaved() {
      return outcome.equals("SAVED");
    }
  }

  private static void assertOneWinner(List<Finish> finishes) {
    assertThat(finishes).filteredOn(Finish::isSaved).hasSize(1);
    assertThat(finishes)
        .filteredOn(finish -> !finish.isSaved())
        .allMatch(finish -> finish.outcome().equals("ALREADY_SAVED"));
    assertThat(finishes.stream().map(Finish::writeId).collect(toSet()))
        .as("everyone names the same winner")
        .hasSize(1);
  }

  @Test
  void save_by32ThreadsAtOnce_hasOneWinnerThatAllName() throws Exception {
    RequestBarrier barrier = hold(32);
    S3Client client = s3.client(HttpStack.URL_CONNECTION);

    List<Finish> finishes = Race.run(32, i -> Finish.of(s3.manager(client).save("raced")));

    assertThat(barrier.gates()).as("all 32 were held at once").isEqualTo(1);
    assertOneWinner(finishes);
    assertThat(s3.manager(client).get("raced").orElseThrow().writeId())
        .hasValue(finishes.get(0).writeId());
  }

  @Test
  void save_of200StagesBy4ThreadsAtOnce_hasOneWinnerEach() throws Exception {
    RequestBarrier barrier = hold(4);
    S3Client client = s3.client(HttpStack.APACHE5);

    List<List<Finish>> finishes = Race.run(4, i -> saveAll(s3.manager(client)));

    assertThat(barrier.gates()).as("all 4 were held at once for each key").isEqualTo(200);
    for (int stage = 0; stage < 200; stage++) {
      int index = stage;
      assertOneWinner(finishes.stream().map(own -> own.get(index)).toList());
    }
  }

  private static List<Finish> saveAll(CheckpointManager checkpoints) {
    return IntStream.range(0, 200)
        .mapToObj(i -> Finish.of(checkpoints.save("raced-" + i)))
        .toList();
  }

  @Test
  void replace_by16ThreadsAtOnce_hasOneWinner() throws Exception {
    S3Client client = s3.client(HttpStack.URL_CONNECTION);
    Checkpoint seen = s3.manager(client).save("raced").checkpoint().orElseThrow();
    RequestBarrier barrier = hold(16);

    List<String> ends = Race.run(16, i -> replace(s3.manager(client), seen, i));

    assertThat(barrier.gates()).as("all 16 were held at once").isEqualTo(1);
    assertThat(ends).filteredOn("SAVED"::equals).hasSize(1);
    assertThat(ends).filteredOn("CONFLICT"::equals).hasSize(15);
  }

  private static String replace(CheckpointManager checkpoints, Checkpoint seen, int number) {
    try {
      SaveOptions options = SaveOptions.none().meta("offset", Integer.toString(number));
      return checkpoints.replace(seen, options).outcome().name();
    } catch (CheckpointConflictException e) {
      return "CONFLICT";
    }
  }

  @Test
  void save_by8ProcessesAtOnce_hasOneWinnerThatAllName() throws Exception {
    RequestBarrier barrier = hold(8);

    var finishes = new ArrayList<Finish>();
    for (String result : raceOfProcesses("SAVE").results()) {
      String[] words = result.split(" ", 2);
      finishes.add(new Finish(words[0], words[1]));
    }

    assertThat(barrier.gates()).as("all 8 were held at once").isEqualTo(1);
    assertOneWinner(finishes);
  }

  @Test
  void claim_by8ProcessesAtOnce_isHeldByOneThatAllName() throws Exception {
    RequestBarrier barrier = hold(8);

    RacedWorkers race = raceOfProcesses("CLAIM");

    assertThat(barrier.gates()).as("all 8 were held at once").isEqualTo(1);
    assertOneHolder(race);
  }

  /** All see the same claim, whose lease and margin are over, and all try to replace it. */
  @Test
  void takeover_by8ProcessesAtOnce_isByOneThatAllName() throws Exception {
    putDeadClaim();
    RequestBarrier barrier = RequestBarrier.of(8);
    proxy
        .when(r -> r.key().endsWith("/raced.claim") && r.header("If-Match").isPresent())
        .then(barrier);

    RacedWorkers race = raceOfProcesses("CLAIM");

    assertThat(barrier.gates()).as("all 8 were held at once").isEqualTo(1);
    assertOneHolder(race);
    S3Client client = s3.client(HttpStack.URL_CONNECTION);
    assertThat(s3.manager(client).status())
        .filteredOn(status -> status.stage().equals("raced"))
        .singleElement()
        .satisfies(status -> assertThat(status.holder().orElseThrow().attempt()).isEqualTo(2));
  }

  /** Its worker is gone; it has no lease at all, only the margin. */
  private void putDeadClaim() throws InterruptedException {
    S3Client client = s3.client(HttpStack.URL_CONNECTION);
    Map<String, String> headers =
        Map.of(
            Header.STAGE, "raced",
            Header.OWNER, "gone",
            Header.ATTEMPT, "1",
            Header.TOKEN, "1",
            Header.LEASE, "PT0S");
    CheckpointStore store = s3.manager(client).store();
    Records.put(
        store,
        StageName.claimKey("raced"),
        Records.encoded(State.RUNNING, headers, Optional.empty()));
    awaitAge(store, StageName.claimKey("raced"), Duration.ofSeconds(2));
  }

  private static void awaitAge(CheckpointStore store, String key, Duration age)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (store.read(key).orElseThrow().age().orElseThrow().compareTo(age) <= 0) {
      assertThat(System.nanoTime()).as("the store's clock goes on").isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static void assertOneHolder(RacedWorkers race) {
    assertThat(race.results()).filteredOn(result -> result.startsWith("HELD ")).hasSize(1);
    assertThat(race.results().stream().map(result -> result.split(" ", 2)[1]).collect(toSet()))
        .as("everyone names the same holder")
        .singleElement()
        .satisfies(holder -> assertThat(race.pids()).contains(holder));
  }

  private record RacedWorkers(List<String> pids, List<String> results) {}

  /** Asks all processes for the same at once, when each has opened the location. */
  private RacedWorkers raceOfProcesses(String action) {
    String location = "s3://" + bucket + "/p?endpoint=" + proxy.endpoint();
    PROCESSES.forEach(process -> process.say("OPEN " + location));
    for (ChildJvm process : PROCESSES) {
      assertThat(process.line()).startsWith("SAVED ");
    }
    PROCESSES.forEach(process -> process.say(action + " raced"));
    return new RacedWorkers(
        PROCESSES.stream().map(process -> Long.toString(process.pid())).toList(),
        PROCESSES.stream().map(ChildJvm::line).toList());
  }
}
