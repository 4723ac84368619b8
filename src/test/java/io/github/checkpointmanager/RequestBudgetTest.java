package io.github.checkpointmanager;

import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.DELETE;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.DELETE_OBJECTS;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.GET;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.LIST;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.LIST_VERSIONS;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.OTHER;
import static io.github.checkpointmanager.testing.ProxiedRequest.Operation.PUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.s3.S3Bucket.ServerCapabilities;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.S3Scene;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** Every operation of the public API makes exactly the requests that its documentation says. */
@Tag("s3")
class RequestBudgetTest {
  private static final PayloadCodec<String> TEXT = PayloadCodec.utf8();

  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final String bucket = s3.bucket();
  private final FaultProxy proxy = s3.proxy();

  // A machine on which nothing takes long: a create that did would be renewed at once.
  private final CheckpointManager checkpoints =
      CheckpointManager.builder()
          .store(s3.store(s3.client(HttpStack.URL_CONNECTION)))
          .timing(new ManualTime().machine())
          .open();

  @AfterEach
  void close() {
    checkpoints.close();
  }

  private interface Call {
    void run() throws Exception;
  }

  private ListAssert<Operation> assertRequestsOf(Call call) throws Exception {
    proxy.clearExchanges();
    call.run();
    return assertThat(List.copyOf(proxy.operations()));
  }

  /** Gets the probe of the server behind it. */
  private void save(String... stages) {
    for (String stage : stages) {
      checkpoints.save(stage);
    }
  }

  private void put(String key, String content) {
    LocalStack.client()
        .putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(content));
  }

  @Test
  void firstWrite_onACustomEndpoint_isPrecededByTheProbe() throws Exception {
    assertRequestsOf(() -> checkpoints.save("a")).containsExactly(PUT, PUT, PUT, GET, DELETE, PUT);
    assertRequestsOf(() -> checkpoints.save("b")).containsExactly(PUT);
  }

  @Test
  void save_fresh_isOnePut() throws Exception {
    save("a");
    assertRequestsOf(() -> checkpoints.save("b")).containsExactly(PUT);
  }

  @Test
  void save_alreadyThere_isOnePutAndOneGet() throws Exception {
    save("a");
    assertRequestsOf(() -> checkpoints.save("a")).containsExactly(PUT, GET);
  }

  @Test
  void save_overDamage_readsTwiceAndReplaces() throws Exception {
    save("a");
    put("p/b.checkpoint", "rubbish");
    assertRequestsOf(() -> checkpoints.save("b")).containsExactly(PUT, GET, GET, PUT);
  }

  @Test
  void replace_isOnePut_andOneGetWhenSuperseded() throws Exception {
    Checkpoint seen = checkpoints.save("a").checkpoint().orElseThrow();
    SaveOptions options = SaveOptions.none();
    assertRequestsOf(() -> checkpoints.replace(seen, options)).containsExactly(PUT);
    assertRequestsOf(
            () ->
                assertThatThrownBy(() -> checkpoints.replace(seen, options))
                    .isInstanceOf(CheckpointConflictException.class))
        .containsExactly(PUT, GET);
  }

  @Test
  void hasGetAndRead_areOneGet_whetherItIsThereOrNot() throws Exception {
    save("a");
    assertRequestsOf(() -> checkpoints.has("a")).containsExactly(GET);
    assertRequestsOf(() -> checkpoints.get("a")).containsExactly(GET);
    assertRequestsOf(() -> checkpoints.read("a")).containsExactly(GET);
    assertRequestsOf(() -> checkpoints.has("b")).containsExactly(GET);
    assertRequestsOf(() -> checkpoints.get("b")).containsExactly(GET);
    assertRequestsOf(() -> checkpoints.read("b")).containsExactly(GET);
  }

  @Test
  void stage_fresh_isOneGetAndOnePut() throws Exception {
    save("a");
    assertRequestsOf(() -> checkpoints.stage("b", () -> {})).containsExactly(GET, PUT);
    assertRequestsOf(() -> checkpoints.stage("c", TEXT, () -> "v")).containsExactly(GET, PUT);
  }

  @Test
  void stage_skipped_isOneGet() throws Exception {
    checkpoints.stage("a", TEXT, () -> "value");
    assertRequestsOf(() -> checkpoints.stage("a", () -> {})).containsExactly(GET);
    assertRequestsOf(() -> checkpoints.stage("a", TEXT, () -> "v")).containsExactly(GET);
  }

  /** {@link ClearScaleTest} counts the lists of more than a thousand keys. */
  @Test
  void completed_isOneList() throws Exception {
    assertRequestsOf(() -> checkpoints.completed()).containsExactly(LIST);
    save("a");
    assertRequestsOf(() -> checkpoints.completed()).containsExactly(LIST);
  }

  @Test
  void listAndVerify_areTheListAndOneGetForEachCheckpoint() throws Exception {
    save("a", "b", "c");
    assertRequestsOf(() -> checkpoints.list()).containsExactly(LIST, GET, GET, GET);
    assertRequestsOf(() -> checkpoints.verify()).containsExactly(LIST, GET, GET, GET);
  }

  @Test
  void restore_isThreeGetsAndOnePut_andOneGetLessByForce() throws Exception {
    enableVersioning();
    Checkpoint seen = checkpoints.save("a").checkpoint().orElseThrow();
    checkpoints.replace(seen, SaveOptions.none());
    CheckpointHistory history = checkpoints.history();
    String first = history.versions("a").get(1).versionId();

    assertRequestsOf(() -> history.restore("a", first)).containsExactly(GET, GET, GET, PUT);
    assertRequestsOf(() -> history.restore("a", first)).containsExactly(GET, GET);
    checkpoints.clear();
    assertRequestsOf(() -> history.restore("a", first)).containsExactly(GET, GET, GET, PUT);
    checkpoints.clear();
    assertRequestsOf(() -> history.restore("a", first, RestoreOptions.standard().withForce()))
        .containsExactly(GET, GET, PUT);
  }

  @Test
  void history_isTheVersioningAndOneList_andOneGetForEachRecord() throws Exception {
    enableVersioning();
    Checkpoint seen = checkpoints.save("a").checkpoint().orElseThrow();
    checkpoints.replace(seen, SaveOptions.none());
    CheckpointHistory history = checkpoints.history();

    assertRequestsOf(history::isKept).containsExactly(OTHER);
    assertRequestsOf(() -> history.versions("a")).containsExactly(OTHER, LIST_VERSIONS);
    assertRequestsOf(() -> history.records("a")).containsExactly(OTHER, LIST_VERSIONS, GET, GET);
    String first = history.versions("a").get(1).versionId();
    assertRequestsOf(() -> history.read("a", first)).containsExactly(GET);
    assertRequestsOf(() -> history.restoreAt("a", Instant.parse("2100-01-01T00:00:00Z")))
        .containsExactly(OTHER, LIST_VERSIONS, GET, GET);
  }

  @Test
  void purge_isOneGetEach_andThreeDeletionsWithTheirListsBetween() throws Exception {
    enableVersioning();
    save("a", "b");
    CheckpointHistory history = checkpoints.history();

    assertRequestsOf(() -> history.purge(List.of("a")))
        .containsExactly(
            GET, DELETE_OBJECTS, LIST_VERSIONS, LIST_VERSIONS, DELETE_OBJECTS, DELETE_OBJECTS);
    assertRequestsOf(history::purgeAll)
        .containsExactly(
            LIST, LIST_VERSIONS, DELETE_OBJECTS, LIST_VERSIONS, DELETE_OBJECTS, DELETE_OBJECTS);
  }

  private void enableVersioning() {
    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);
  }

  @Test
  void clear_isTheListAndOneDeletionForEveryThousandKeys() throws Exception {
    assertRequestsOf(() -> checkpoints.clear())
        .as("the probe comes first on a custom endpoint")
        .containsExactly(PUT, PUT, PUT, GET, DELETE, LIST);
    save("a", "b");
    assertRequestsOf(() -> checkpoints.clear()).containsExactly(LIST, DELETE_OBJECTS);
  }

  /** On a server that compares versions, as AWS does. */
  @Test
  void clear_readsClaimsOnlyOfStagesThatAreNotCompleted() throws Exception {
    put("p/a.claim", "rubbish");
    save("a");
    put("p/b.claim", "rubbish");
    ServerCapabilities.of(proxy.endpoint(), bucket).comparesDeletions(() -> true);

    assertRequestsOf(() -> checkpoints.clear(ClearOptions.standard().withForce()))
        .containsExactly(LIST, GET, DELETE_OBJECTS, DELETE_OBJECTS);
  }

  @Test
  void clear_whereDeletionsAreNotCompared_isAProbe_andOneGetAndOnePutForEachClaim()
      throws Exception {
    checkpoints.stage("a", EXCLUSIVE, context -> {});
    checkpoints.stage("b", EXCLUSIVE, context -> {});

    assertRequestsOf(() -> checkpoints.clear())
        .containsExactlyInAnyOrder(LIST, PUT, DELETE_OBJECTS, GET, PUT, GET, PUT, DELETE_OBJECTS);
    assertRequestsOf(() -> checkpoints.clear()).containsExactly(LIST, GET, GET);
  }

  private static final StageOptions EXCLUSIVE = StageOptions.exclusive(Duration.ofMinutes(5));

  private Claim claim(String stage) {
    ClaimResult result = checkpoints.claim(stage, ClaimOptions.lease(Duration.ofMinutes(5)));
    return ((ClaimResult.Held) result).claim();
  }

  @Test
  void exclusiveStage_uncontended_isTwoGetsAndThreePuts() throws Exception {
    save("a");
    assertRequestsOf(() -> checkpoints.stage("b", EXCLUSIVE, context -> {}))
        .containsExactly(GET, PUT, GET, PUT, PUT);
    assertRequestsOf(() -> checkpoints.stage("c", EXCLUSIVE, TEXT, context -> "v"))
        .containsExactly(GET, PUT, GET, PUT, PUT);
    assertRequestsOf(() -> checkpoints.stage("b", EXCLUSIVE, context -> {})).containsExactly(GET);
  }

  @Test
  void exclusiveStage_overAClaimThatEnded_isOneFailedPutAndOneGetMore() throws Exception {
    save("a");
    claim("b").fail(new IllegalStateException("it broke"));
    assertRequestsOf(() -> checkpoints.stage("b", EXCLUSIVE, context -> {}))
        .containsExactly(GET, PUT, GET, PUT, GET, PUT, PUT);
  }

  @Test
  void aClaimsRenewalFailureAndRelease_areOnePutEach() throws Exception {
    save("a");
    Claim first = claim("b");
    assertRequestsOf(first::renew).containsExactly(PUT);
    assertRequestsOf(() -> first.fail(new IllegalStateException("it broke"))).containsExactly(PUT);
    assertRequestsOf(first::close).isEmpty();
    Claim second = claim("c");
    assertRequestsOf(second::release).containsExactly(PUT);
  }

  @Test
  void aPollOfAWaiter_isTwoGets() throws Exception {
    save("a");
    claim("b");
    StageOptions onePoll = EXCLUSIVE.waitAtMost(Duration.ofMillis(1));
    assertRequestsOf(
            () ->
                assertThatThrownBy(() -> checkpoints.stage("b", onePoll, context -> {}))
                    .isInstanceOf(StageBusyException.class))
        .containsExactly(GET, PUT, GET, GET, GET);
    assertRequestsOf(() -> checkpoints.claim("b", ClaimOptions.lease(Duration.ofMinutes(5))))
        .containsExactly(PUT, GET, GET);
  }

  @Test
  void release_byForce_isOneGetAndOnePut() throws Exception {
    save("a");
    claim("b");
    assertRequestsOf(() -> checkpoints.release("b", "it hangs")).containsExactly(GET, PUT);
    assertRequestsOf(() -> checkpoints.release("c", "it hangs")).containsExactly(GET);
  }

  @Test
  void status_isTheListAndOneGetForEachClaimWithoutCheckpoint() throws Exception {
    save("a");
    claim("b");
    claim("c");
    claim("done").complete();
    assertRequestsOf(() -> checkpoints.status()).containsExactly(LIST, GET, GET);
    assertRequestsOf(() -> checkpoints.verifiedStatus()).containsExactly(LIST, GET, GET, GET, GET);
  }

  @Test
  void clear_dryRun_deletesNothing() throws Exception {
    save("a");
    assertRequestsOf(() -> checkpoints.clear(ClearOptions.standard().withDryRun()))
        .containsExactly(LIST);
  }

  @Test
  void clear_ofSomeStages_isOneGetEachAndOneDeletion() throws Exception {
    save("a", "b", "c");
    assertRequestsOf(() -> checkpoints.clear(List.of("a", "b")))
        .containsExactly(GET, GET, DELETE_OBJECTS);
    assertThat(checkpoints.completed()).containsExactly("c");
  }
}
