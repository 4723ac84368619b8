package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Two hundred workers on one stage: one runs, and what each other asks depends on itself alone. */
@Tag("s3")
class ManyWorkersTest {
  private static final int WORKERS = 200;
  private static final StageOptions EXCLUSIVE = StageOptions.exclusive(Duration.ofMinutes(10));

  private final CountDownLatch allWait = new CountDownLatch(WORKERS - 1);
  private final AtomicInteger runs = new AtomicInteger();

  /** One worker's requests. */
  private final class Worker extends ForwardingStore {
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger polls = new AtomicInteger();
    private volatile Duration waited = Duration.ZERO;

    Worker(CheckpointStore store) {
      super(store);
    }

    @Override
    public Optional<StoredObject> read(String key) {
      requests.incrementAndGet();
      return super.read(key);
    }

    @Override
    public Optional<StoredObject> readHead(String key) {
      requests.incrementAndGet();
      if (key.endsWith(".claim") && polls.incrementAndGet() == 1) {
        allWait.countDown();
      }
      return super.readHead(key);
    }

    @Override
    public WriteResult create(String key, byte[] content) {
      requests.incrementAndGet();
      return super.create(key, content);
    }

    String run() throws InterruptedException {
      long begin = System.nanoTime();
      try (var manager = CheckpointManager.builder().store(this).open()) {
        return manager.stage("contended", EXCLUSIVE, PayloadCodec.utf8(), this::work);
      } finally {
        waited = Duration.ofNanos(System.nanoTime() - begin);
      }
    }

    private String work(StageContext context) throws InterruptedException {
      runs.incrementAndGet();
      assertThat(allWait.await(540, TimeUnit.SECONDS)).as("everybody waits").isTrue();
      return "attempt " + context.attempt();
    }

    /** The most polls that fit into a time, when each pause is as short as its jitter allows. */
    private static long mostPolls(Duration time) {
      double left = time.toMillis();
      double pause = 250;
      long polls = 1;
      while (left > 0) {
        left -= pause * 0.75;
        pause = Math.min(pause * 1.5, 5_000);
        polls++;
      }
      return polls;
    }
  }

  @Test
  void of200Workers_oneRuns_andTheRequestsOfEachGrowWithTheTimeItWaits() throws Exception {
    try (S3Client client = HttpStack.APACHE5.clientOf(LocalStack.endpoint())) {
      CheckpointStore store =
          S3CheckpointStore.builder()
              .client(client)
              .bucket(LocalStack.newBucket())
              .prefix("p")
              .build();
      List<Worker> workers = IntStream.range(0, WORKERS).mapToObj(i -> new Worker(store)).toList();

      List<String> results = Race.run(WORKERS, i -> workers.get(i).run());

      assertThat(results).hasSize(WORKERS).containsOnly("attempt 1");
      assertThat(runs).hasValue(1);
      for (Worker worker : workers) {
        // The first look: checkpoint, refused claim, claim. Each poll: checkpoint, claim. The last
        // look finds the checkpoint. Of the one that ran: two reads and two creates.
        assertThat(worker.requests.get()).isLessThanOrEqualTo(2 * worker.polls.get() + 4);
        assertThat((long) worker.polls.get()).isLessThanOrEqualTo(Worker.mostPolls(worker.waited));
      }
    }
  }
}
