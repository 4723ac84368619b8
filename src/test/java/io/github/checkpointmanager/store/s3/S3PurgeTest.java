package io.github.checkpointmanager.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.PendingExchange;
import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.ProxiedResponse;
import io.github.checkpointmanager.testing.RequestLog;
import io.github.checkpointmanager.testing.S3Scene;
import io.github.checkpointmanager.testing.WireFault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** How keys with all their versions leave a bucket, request by request. */
@Tag("s3")
class S3PurgeTest {
  private static final String PREFIX = "etl/today/";

  private final RequestLog log = new RequestLog();
  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final String bucket = s3.bucket();
  private final FaultProxy proxy = s3.proxy();
  private final S3Client client = log.client(proxy.endpoint());
  private final CheckpointStore store =
      S3CheckpointStore.builder().client(client).bucket(bucket).prefix(PREFIX).build();

  @BeforeEach
  void keepVersions() {
    versioning(BucketVersioningStatus.ENABLED);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private void versioning(BucketVersioningStatus status) {
    LocalStack.versioning(bucket, status);
  }

  private void put(String key, int versions) {
    for (int i = 0; i < versions; i++) {
      String content = key + i;
      LocalStack.client()
          .putObject(
              r -> r.bucket(bucket).key(PREFIX + key),
              RequestBody.fromBytes(content.getBytes(UTF_8)));
    }
  }

  private DeletionReport purge(String... keys) {
    log.clear();
    return store.purge(Deletion.ofEach(keys));
  }

  private int statesLeft() {
    var left = LocalStack.client().listObjectVersions(r -> r.bucket(bucket));
    return left.versions().size() + left.deleteMarkers().size();
  }

  private static boolean isDeletion(ProxiedRequest request) {
    return request.operation() == Operation.DELETE_OBJECTS;
  }

  @Test
  void purge_ofAFewKeys_listsEach_andDeletesTheMarkersLast() {
    put("a", 3);
    put("b", 1);
    put("bc", 1);

    assertThat(purge("a", "b", "never-was")).isEqualTo(new DeletionReport(3, List.of()));

    assertThat(log.calls())
        .containsExactly(
            "DELETE_OBJECTS",
            "ListObjectVersions",
            "ListObjectVersions",
            "ListObjectVersions",
            "DELETE_OBJECTS",
            "DELETE_OBJECTS");
    assertThat(statesLeft()).isEqualTo(1);
  }

  @Test
  void purge_ofManyKeys_listsTheirLevelOnce() {
    String[] keys = IntStream.range(0, 20).mapToObj(i -> "k" + i).toArray(String[]::new);
    for (String key : keys) {
      put(key, 2);
    }
    put("k", 1);
    put("z", 1);

    assertThat(purge(keys)).isEqualTo(new DeletionReport(20, List.of()));

    assertThat(log.counts()).isEqualTo(Map.of("DELETE_OBJECTS", 3, "ListObjectVersions", 1));
    assertThat(statesLeft()).isEqualTo(2);
  }

  @Test
  void purge_ofMoreThanAThousandStates_readsAndDeletesPageByPage() {
    String[] keys = IntStream.range(0, 10).mapToObj(i -> "k" + i).toArray(String[]::new);
    List.of(keys).parallelStream().forEach(key -> put(key, 105));
    put("z", 1);

    assertThat(purge(keys)).isEqualTo(new DeletionReport(10, List.of()));

    // 1,050 versions and 10 markers.
    assertThat(log.counts()).isEqualTo(Map.of("DELETE_OBJECTS", 4, "ListObjectVersions", 2));
    assertThat(statesLeft()).isEqualTo(1);
  }

  @Test
  void purge_thatEndsMidway_leavesTheKeysAbsent() {
    put("a", 3);
    put("b", 1);
    proxy.when(S3PurgeTest::isDeletion).skip(1).then(WireFault.s3Error(403, "AccessDenied"));

    DeletionReport report = purge("a", "b");

    assertThat(report.deleted()).isZero();
    assertThat(report.failures())
        .extracting(DeletionReport.Failure::key, DeletionReport.Failure::kind)
        .containsExactlyInAnyOrder(tuple("a", Kind.DENIED), tuple("b", Kind.DENIED));
    assertThat(report.failures().get(0).reason()).contains("s3:DeleteObjectVersion");
    assertThat(store.read("a")).isEmpty();
    assertThat(store.read("b")).isEmpty();

    proxy.clearRules();
    assertThat(purge("a", "b").isComplete()).isTrue();
    assertThat(statesLeft()).isZero();
  }

  @Test
  void purge_whenOneVersionIsKept_keepsThatKeysMarkerToo_soThatItStaysAbsent() {
    put("a", 2);
    put("b", 2);
    // As with an object lock on one version: everything is done, and that one answered with an
    // error.
    proxy.when(S3PurgeTest::isDeletion).skip(1).times(1).then(S3PurgeTest::refuseOne);

    DeletionReport report = purge("a", "b");

    assertThat(report.deleted()).isEqualTo(1);
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.key()).isEqualTo("a");
              assertThat(kept.reason()).contains("AccessDenied").contains("s3:DeleteObjectVersion");
            });
    assertThat(store.read("a")).isEmpty();
    assertThat(store.deletedKeys("")).containsExactly("a");
    assertThat(store.versions("b")).isEmpty();
  }

  /** Takes the first entry out of the reply and names it as failed instead. */
  private static void refuseOne(PendingExchange exchange) throws IOException, InterruptedException {
    ProxiedResponse response = exchange.forward();
    String body = new String(response.body(), UTF_8);
    String failed =
        body.replaceFirst(
            "<Deleted>(<Key>[^<]*/a</Key><VersionId>[^<]*</VersionId>|<VersionId>[^<]*</VersionId><Key>[^<]*/a</Key>)</Deleted>",
            "<Error>$1<Code>AccessDenied</Code><Message>locked</Message></Error>");
    assertThat(failed).as(body).isNotEqualTo(body);
    exchange.answer(response.withBody(failed.getBytes(UTF_8)));
  }

  @Test
  void purge_whileAnotherWrites_leavesWhatWasWrittenAfterItBegan() throws Exception {
    put("a", 2);
    proxy
        .when(request -> request.operation() == Operation.LIST_VERSIONS)
        .times(1)
        .then(
            exchange -> {
              put("a", 1);
              exchange.answer(exchange.forward());
            });

    assertThat(purge("a").isComplete()).isTrue();

    assertThat(store.read("a").orElseThrow().content()).isEqualTo("a0".getBytes(UTF_8));
    assertThat(store.versions("a")).hasSize(1);
  }

  @Test
  void purge_onASuspendedBucket_takesWhatWasKeptBefore() {
    put("a", 2);
    versioning(BucketVersioningStatus.SUSPENDED);
    put("a", 1);

    assertThat(store.keepsHistory()).isFalse();
    assertThat(purge("a").isComplete()).isTrue();

    assertThat(statesLeft()).isZero();
  }
}
