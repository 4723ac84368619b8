package io.github.checkpointmanager.comparison;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageResult;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * The library on an S3 server, and bare calls of the SDK with the same client: PUT, unconditional,
 * when a stage is done, HEAD to see whether it is. The server is that of the environment
 * (AWS_ENDPOINT_URL and so on).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
public class S3Comparison {
  private S3Client client;
  private String bucket;
  private S3CheckpointStore store;
  private CheckpointManager checkpoints;
  private long count;

  @Setup
  public void open() {
    client =
        S3Client.builder()
            .endpointOverride(URI.create(System.getenv("AWS_ENDPOINT_URL")))
            .forcePathStyle(true)
            .build();
    bucket = "comparison-" + UUID.randomUUID();
    client.createBucket(create -> create.bucket(bucket));
    store = S3CheckpointStore.builder().client(client).bucket(bucket).prefix("job").build();
    checkpoints = CheckpointManager.builder().store(store).open();
    checkpoints.save("done");
    client.putObject(put -> put.bucket(bucket).key("bare/done"), RequestBody.fromString("done"));
  }

  @TearDown
  public void close() {
    checkpoints.close();
    store.close();
    client.close();
  }

  @Benchmark
  public SaveResult save_library() {
    return checkpoints.save("stage-" + count++);
  }

  @Benchmark
  public PutObjectResponse save_instead() {
    String key = "bare/stage-" + count++;
    return client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString("done"));
  }

  @Benchmark
  public boolean has_library() {
    return checkpoints.has("done");
  }

  @Benchmark
  public HeadObjectResponse has_instead() {
    return client.headObject(head -> head.bucket(bucket).key("bare/done"));
  }

  @Benchmark
  public StageResult skip_library() {
    return checkpoints.stage("done", () -> {});
  }

  @Benchmark
  public HeadObjectResponse skip_instead() {
    return client.headObject(head -> head.bucket(bucket).key("bare/done"));
  }
}
