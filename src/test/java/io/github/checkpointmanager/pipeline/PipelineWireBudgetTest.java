package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A plan makes the requests that it says, counted on the wire at a size where listing pages. */
@Tag("s3")
class PipelineWireBudgetTest {
  private static final int STAGES = 1_001;

  private final String bucket = LocalStack.newBucket();

  @Test
  void plan_of1001CompletedStages_is2ListsAndOneGetForEach() throws IOException {
    Pipeline.Builder declaration = Pipeline.named("list");
    for (int i = 0; i < STAGES; i++) {
      declaration.then(PipelineStage.of("s" + i, task -> {}));
    }
    Pipeline pipeline = declaration.build();
    pipeline.stages().parallelStream().forEach(this::putCompleted);

    try (var proxy = FaultProxy.before(LocalStack.endpoint());
        S3Client client = HttpStack.URL_CONNECTION.clientOf(proxy.endpoint())) {
      var store = S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
      var checkpoints = CheckpointManager.builder().store(store).open();

      ResumePlan plan = PipelineRunner.of(checkpoints).build().read(pipeline).plan();

      assertThat(plan.toSkip()).hasSize(STAGES);
      assertThat(counts(proxy)).isEqualTo(Map.of(Operation.LIST, 2L, Operation.GET, (long) STAGES));
    }
  }

  /** As another tool would, which is one request and no more. */
  private void putCompleted(PipelineStage stage) {
    LocalStack.client()
        .putObject(
            request -> request.bucket(bucket).key("p/" + stage.name() + ".checkpoint"),
            RequestBody.fromString("COMPLETED\n"));
  }

  private static Map<Operation, Long> counts(FaultProxy proxy) {
    return proxy.operations().stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }
}
