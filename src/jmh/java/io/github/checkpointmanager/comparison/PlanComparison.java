package io.github.checkpointmanager.comparison;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.RequestLog;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The plan of a pipeline whose stages are all completed, and a bare loop of the same GETs by the
 * same client with the same parallelism, in turns. Prints the requests of one plan, and the times
 * with their ratio as rows for {@code docs/BENCHMARKS.md}. The server is that of the environment
 * (AWS_ENDPOINT_URL and so on). Arguments: the number of stages, the number of turns; by default
 * 10,000 and 3. A main class rather than a benchmark of JMH, because one turn takes seconds.
 */
public final class PlanComparison {
  private static final int PARALLELISM = 16;

  private final S3Client client;
  private final String bucket = "comparison-" + UUID.randomUUID();
  private final CheckpointManager checkpoints;
  private final Pipeline pipeline;

  private PlanComparison(S3Client client, int stages) {
    this.client = client;
    var store = S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
    this.checkpoints = CheckpointManager.builder().store(store).readParallelism(PARALLELISM).open();
    Pipeline.Builder declaration = Pipeline.named("plan");
    for (int i = 0; i < stages; i++) {
      declaration.then(PipelineStage.of("s" + i, task -> {}));
    }
    this.pipeline = declaration.build();
  }

  public static void main(String[] args) throws InterruptedException, ExecutionException {
    int stages = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int turns = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    RequestLog log = new RequestLog();
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(URI.create(System.getenv("AWS_ENDPOINT_URL")))
            .forcePathStyle(true)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(o -> o.addExecutionInterceptor(log))
            .build()) {
      PlanComparison comparison = new PlanComparison(client, stages);
      comparison.complete();
      log.clear();
      comparison.plan();
      System.out.println("Requests of one plan: " + log.counts());
      System.out.println("HTTP attempts: " + log.attempts().size());
      comparison.bareGets(); // the first of each warms up
      System.out.println("| turn | plan, ms | bare GETs, ms | ratio |\n|---|---|---|---|");
      for (int turn = 1; turn <= turns; turn++) {
        long plan = comparison.plan();
        long bare = comparison.bareGets();
        System.out.printf(
            Locale.ROOT,
            "| %d | %d | %d | %.2f |%n",
            turn,
            plan / 1_000_000,
            bare / 1_000_000,
            (double) plan / bare);
        log.clear(); // it would only grow
      }
    }
  }

  private void complete() throws InterruptedException, ExecutionException {
    client.createBucket(create -> create.bucket(bucket));
    eachStage(stage -> checkpoints.save(stage));
  }

  /** Returns nanoseconds. */
  private long plan() {
    long begin = System.nanoTime();
    ResumePlan plan = PipelineRunner.of(checkpoints).build().read(pipeline).plan();
    long took = System.nanoTime() - begin;
    if (plan.toSkip().size() != pipeline.stages().size()) {
      throw new IllegalStateException("not everything is completed");
    }
    return took;
  }

  /** Returns nanoseconds. */
  private long bareGets() throws InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    eachStage(
        stage ->
            client.getObjectAsBytes(get -> get.bucket(bucket).key("p/" + stage + ".checkpoint")));
    return System.nanoTime() - begin;
  }

  private void eachStage(Consumer<String> work) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(PARALLELISM);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (PipelineStage stage : pipeline.stages()) {
        futures.add(threads.submit(() -> work.accept(stage.name())));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
