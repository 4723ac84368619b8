package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.S3Scene;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;

/** A plan makes the requests that it says, counted on the wire at a size where listing pages. */
@Tag("s3")
class PipelineWireBudgetTest {
  private static final int STAGES = 1_001;

  @RegisterExtension final S3Scene s3 = new S3Scene();

  @Test
  void plan_of1001CompletedStages_is2ListsAndOneGetForEach() {
    Pipeline.Builder declaration = Pipeline.named("list");
    for (int i = 0; i < STAGES; i++) {
      declaration.then(PipelineStage.of("s" + i, task -> {}));
    }
    Pipeline pipeline = declaration.build();
    pipeline.stages().parallelStream().forEach(this::putCompleted);

    CheckpointManager checkpoints = s3.manager(HttpStack.URL_CONNECTION);

    ResumePlan plan = PipelineRunner.of(checkpoints).build().read(pipeline).plan();

    assertThat(plan.toSkip()).hasSize(STAGES);
    assertThat(counts(s3.proxy()))
        .isEqualTo(Map.of(Operation.LIST, 2L, Operation.GET, (long) STAGES));
  }

  /** As another tool would, which is one request and no more. */
  private void putCompleted(PipelineStage stage) {
    LocalStack.client()
        .putObject(
            request -> request.bucket(s3.bucket()).key("p/" + stage.name() + ".checkpoint"),
            RequestBody.fromString("COMPLETED\n"));
  }

  private static Map<Operation, Long> counts(FaultProxy proxy) {
    return proxy.operations().stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }
}
