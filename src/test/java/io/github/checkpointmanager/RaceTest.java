package io.github.checkpointmanager;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.RacingProgram;
import io.github.checkpointmanager.testing.Records;
import io.github.checkpointmanager.testing.RequestBarrier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.s3.S3Client;

/** Writers whose PUTs are all held in a proxy before the first is let through: S3 alone decides. */
@Tag("s3")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaceTest {
  /** For all tests: each would take longer to start them than to race. */
  private static final List<ChildJvm> PROCESSES = new ArrayList<>();

  private final String bucket = LocalStack.newBucket();
  private FaultProxy proxy;

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

  @BeforeEach
  void startProxy() throws IOException {
    proxy = FaultProxy.before(LocalStack.endpoint());
  }

  @AfterEach
  void stopProxy() throws IOException {
    proxy.close();
  }

  private CheckpointManager manager(S3Client client) {
    var store = S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
    return CheckpointManager.builder().store(store).open();
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

  private static <T> List<T> together(List<Callable<T>> contenders)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(contenders.size());
    try {
      var results = new ArrayList<T>();
      for (Future<T> future : threads.invokeAll(contenders)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void save_by32ThreadsAtOnce_hasOneWinnerThatAllName() throws Exception {
    RequestBarrier barrier = hold(32);
    try (S3Client client = HttpStack.URL_CONNECTION.clientOf(proxy.endpoint())) {
      List<Callable<Finish>> contenders =
          IntStream.range(0, 32)
              .mapToObj(i -> manager(client))
              .map(m -> (Callable<Finish>) () -> Finish.of(m.save("raced")))
              .toList();

      List<Finish> finishes = together(contenders);

      assertThat(barrier.gates()).as("all 32 were held at once").isEqualTo(1);
      assertOneWinner(finishes);
      assertThat(manager(client).get("raced").orElseThrow().writeId())
          .hasValue(finishes.get(0).writeId());
    }
  }

  @Test
  void save_of200StagesBy4ThreadsAtOnce_hasOneWinnerEach() throws Exception {
    RequestBarrier barrier = hold(4);
    try (S3Client client = HttpStack.APACHE5.clientOf(proxy.endpoint())) {
      List<Callable<List<Finish>>> contenders =
          IntStream.range(0, 4)
              .mapToObj(i -> manager(client))
              .map(m -> (Callable<List<Finish>>) () -> saveAll(m))
              .toList();

      List<List<Finish>> finishes = together(contenders);

      assertThat(barrier.gates()).as("all 4 were held at once for each key").isEqualTo(200);
      for (int stage = 0; stage < 200; stage++) {
        int index = stage;
        assertOneWinner(finishes.stream().map(own -> own.get(index)).toList());
      }
    }
  }

  private static List<Finish> saveAll(CheckpointManager checkpoints) {
    return IntStream.range(0, 200)
        .mapToObj(i -> Finish.of(checkpoints.save("raced-" + i)))
        .toList();
  }

  @Test
  void replace_by16ThreadsAtOnce_hasOneWinner() throws Exception {
    try (S3Client client = HttpStack.URL_CONNECTION.clientOf(proxy.endpoint())) {
      Checkpoint seen = manager(client).save("raced").checkpoint().orElseThrow();
      RequestBarrier barrier = hold(16);
      List<Callable<String>> contenders =
          IntStream.range(0, 16)
              .mapToObj(i -> (Callable<String>) () -> replace(manager(client), seen, i))
              .toList();

      List<String> ends = together(contenders);

      assertThat(barrier.gates()).as("all 16 were held at once").isEqualTo(1);
      assertThat(ends).filteredOn("SAVED"::equals).hasSize(1);
      assertThat(ends).filteredOn("CONFLICT"::equals).hasSize(15);
    }
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
    for (String result : race("SAVE").results()) {
      String[] words = result.split(" ", 2);
      finishes.add(new Finish(words[0], words[1]));
    }

    assertThat(barrier.gates()).as("all 8 were held at once").isEqualTo(1);
    assertOneWinner(finishes);
  }

  @Test
  void claim_by8ProcessesAtOnce_isHeldByOneThatAllName() throws Exception {
    RequestBarrier barrier = hold(8);

    Race race = race("CLAIM");

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

    Race race = race("CLAIM");

    assertThat(barrier.gates()).as("all 8 were held at once").isEqualTo(1);
    assertOneHolder(race);
    try (S3Client client = HttpStack.URL_CONNECTION.clientOf(proxy.endpoint())) {
      assertThat(manager(client).status())
          .filteredOn(status -> status.stage().equals("raced"))
          .singleElement()
          .satisfies(status -> assertThat(status.holder().orElseThrow().attempt()).isEqualTo(2));
    }
  }

  /** Its worker is gone; it has no lease at all, only the margin. */
  private void putDeadClaim() throws InterruptedException {
    try (S3Client client = HttpStack.URL_CONNECTION.clientOf(proxy.endpoint())) {
      Map<String, String> headers =
          Map.of(
              Header.STAGE, "raced",
              Header.OWNER, "gone",
              Header.ATTEMPT, "1",
              Header.TOKEN, "1",
              Header.LEASE, "PT0S");
      CheckpointStore store = manager(client).store();
      Records.put(
          store,
          StageName.claimKey("raced"),
          Records.encoded(State.RUNNING, headers, Optional.empty()));
      awaitAge(store, StageName.claimKey("raced"), Duration.ofSeconds(2));
    }
  }

  private static void awaitAge(CheckpointStore store, String key, Duration age)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (store.read(key).orElseThrow().age().orElseThrow().compareTo(age) <= 0) {
      assertThat(System.nanoTime()).as("the store's clock goes on").isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static void assertOneHolder(Race race) {
    assertThat(race.results()).filteredOn(result -> result.startsWith("HELD ")).hasSize(1);
    assertThat(race.results().stream().map(result -> result.split(" ", 2)[1]).collect(toSet()))
        .as("everyone names the same holder")
        .singleElement()
        .satisfies(holder -> assertThat(race.pids()).contains(holder));
  }

  private record Race(List<String> pids, List<String> results) {}

  /** Asks all processes for the same at once, when each has opened the location. */
  private Race race(String action) {
    String location = "s3://" + bucket + "/p?endpoint=" + proxy.endpoint();
    PROCESSES.forEach(process -> process.say("OPEN " + location));
    for (ChildJvm process : PROCESSES) {
      assertThat(process.line()).startsWith("SAVED ");
    }
    PROCESSES.forEach(process -> process.say(action + " raced"));
    return new Race(
        PROCESSES.stream().map(process -> Long.toString(process.pid())).toList(),
        PROCESSES.stream().map(ChildJvm::line).toList());
  }
}
