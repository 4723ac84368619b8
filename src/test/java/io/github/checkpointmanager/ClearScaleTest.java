package io.github.checkpointmanager;

import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.DELETE;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.DELETE_OBJECTS;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.GET;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.LIST;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.PUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.S3Scene;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A location owns its own level and nothing else, at a size where listing and deletion page. */
@Tag("s3")
class ClearScaleTest {
  private static final int CHECKPOINTS = 2_500;

  /** Beside, below and among the checkpoints of {@code job1}. */
  private static final List<String> STRANGERS =
      List.of(
          "job1/README.md",
          "job1/model.bin",
          "job1/a.checkpoint.bak",
          "job1/checkpoint",
          "job1/.checkpoint",
          "job1/%61.checkpoint",
          "job1/%zz.checkpoint",
          "job1/a b\u00fc.checkpoint",
          "job1/.hidden.checkpoint",
          "job1/stage.CHECKPOINT",
          "job1/run2/a.checkpoint",
          "job10/a.checkpoint",
          "job1.checkpoint",
          "a.checkpoint");

  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final String bucket = s3.bucket();
  private final FaultProxy proxy = s3.proxy();

  @Test
  void completedAndClear_of2500Checkpoints_page_andTouchNothingElse() {
    STRANGERS.forEach(this::put);
    IntStream.range(0, CHECKPOINTS).parallel().forEach(i -> put("job1/stage-" + i + ".checkpoint"));
    S3Client client = s3.client(HttpStack.URL_CONNECTION);
    var store = S3CheckpointStore.builder().client(client).bucket(bucket).prefix("job1").build();
    var checkpoints = CheckpointManager.builder().store(store).open();
    assertThat(checkpoints.completed()).hasSize(CHECKPOINTS);
    assertThat(proxy.operations()).containsExactly(LIST, LIST, LIST);
    proxy.clearExchanges();

    ClearResult result = checkpoints.clear();

    assertThat(result.stages()).hasSize(CHECKPOINTS);
    assertThat(proxy.operations())
        .containsExactlyInAnyOrder(
            // The probe comes first on a custom endpoint.
            PUT,
            PUT,
            PUT,
            GET,
            DELETE,
            LIST,
            LIST,
            LIST,
            DELETE_OBJECTS,
            DELETE_OBJECTS,
            DELETE_OBJECTS);
    // AWS refuses more than 1,000 keys in one request; LocalStack takes them.
    assertThat(keysOfDeletions()).containsExactlyInAnyOrder(1_000, 1_000, 500);
    assertThat(keys()).containsExactlyInAnyOrderElementsOf(STRANGERS);
  }

  private List<Integer> keysOfDeletions() {
    return proxy.exchanges().stream()
        .map(FaultProxy.Exchange::request)
        .filter(request -> request.operation() == DELETE_OBJECTS)
        .map(request -> new String(request.payload(), UTF_8).split("<Key>", -1).length - 1)
        .toList();
  }

  private void put(String key) {
    LocalStack.client()
        .putObject(
            request -> request.bucket(bucket).key(key), RequestBody.fromString("COMPLETED\n"));
  }

  private List<String> keys() {
    return LocalStack.client()
        .listObjectsV2Paginator(request -> request.bucket(bucket))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }
}
