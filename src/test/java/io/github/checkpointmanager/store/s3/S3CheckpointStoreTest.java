package io.github.checkpointmanager.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.RequestLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** The store against a real server, and how many requests it makes. */
@Tag("s3")
class S3CheckpointStoreTest {
  private final RequestLog log = new RequestLog();
  private final S3Client client = log.client();
  private final String bucket = LocalStack.newBucket();
  private final CheckpointStore store = store("etl/today");

  private CheckpointStore store(String prefix) {
    return S3CheckpointStore.builder().client(client).bucket(bucket).prefix(prefix).build();
  }

  @BeforeEach
  void passTheProbe() {
    store.create("warm-up", bytes("x"));
    store.delete(Deletion.ofEach("warm-up"));
    log.clear();
  }

  @AfterEach
  void closeClient() {
    store.close();
    client.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void putForeign(String objectKey, byte[] content) {
    LocalStack.client()
        .putObject(r -> r.bucket(bucket).key(objectKey), RequestBody.fromBytes(content));
  }

  private List<Listing.Page> pages(CheckpointStore listed, String level) {
    return StreamSupport.stream(listed.list(level).spliterator(), false).toList();
  }

  private List<String> keys(CheckpointStore listed, String level) {
    return pages(listed, level).stream()
        .flatMap(page -> page.objects().stream())
        .map(Listing.Entry::key)
        .toList();
  }

  @Test
  void create_ofAnAbsentKey_isOnePut() {
    WriteResult result = store.create("a.checkpoint", bytes("one"));

    assertThat(result.outcome()).isEqualTo(WriteResult.Outcome.WRITTEN);
    assertThat(log.counts()).isEqualTo(Map.of("PUT", 1));
    assertThat(log.attempts()).hasSize(1);
    assertThat(log.attempts().get(0).firstMatchingHeader("If-None-Match")).contains("*");
    assertThat(log.attempts().get(0).firstMatchingHeader("Content-MD5")).isPresent();
  }

  @Test
  void create_ofAPresentKey_isAConflict() {
    store.create("a.checkpoint", bytes("one"));

    assertThat(store.create("a.checkpoint", bytes("two"))).isEqualTo(WriteResult.conflict());
    assertThat(store.read("a.checkpoint").orElseThrow().content()).isEqualTo(bytes("one"));
  }

  @Test
  void replace_ofTheVersionSeen_isWritten_andOfAnOldOneAConflict() {
    Version first = store.create("a.checkpoint", bytes("one")).version().orElseThrow();

    Version second = store.replace("a.checkpoint", bytes("two"), first).version().orElseThrow();

    assertThat(store.read("a.checkpoint").orElseThrow().version()).isEqualTo(second);
    assertThat(store.replace("a.checkpoint", bytes("three"), first))
        .isEqualTo(WriteResult.conflict());
  }

  @Test
  void replace_ofAnAbsentKey_isGone() {
    Version version = store.create("a.checkpoint", bytes("one")).version().orElseThrow();
    store.delete(Deletion.ofEach("a.checkpoint"));

    assertThat(store.replace("a.checkpoint", bytes("two"), version)).isEqualTo(WriteResult.gone());
  }

  @Test
  void read_tellsContentSizeAndAge_withOneGet() {
    store.create("a.checkpoint", bytes("one"));
    log.clear();

    StoredObject read = store.read("a.checkpoint").orElseThrow();

    assertThat(read.content()).isEqualTo(bytes("one"));
    assertThat(read.isComplete()).isTrue();
    assertThat(read.age().orElseThrow()).isLessThan(Duration.ofMinutes(1));
    assertThat(log.counts()).isEqualTo(Map.of("GET", 1));
  }

  @Test
  void readOfAnAbsentKey_isEmpty() {
    assertThat(store.read("a.checkpoint")).isEmpty();
    assertThat(store.readHead("a.checkpoint")).isEmpty();
    assertThat(log.counts()).isEqualTo(Map.of("GET", 2));
  }

  @Test
  void readHead_ofALargeObject_deliversTheFirst64KiBAndTheTotal() {
    putForeign("etl/today/big.checkpoint", new byte[200_000]);

    StoredObject head = store.readHead("big.checkpoint").orElseThrow();

    assertThat(head.content()).hasSize(CheckpointStore.HEAD_BYTES);
    assertThat(head.totalSize()).isEqualTo(200_000);
    assertThat(log.counts()).isEqualTo(Map.of("GET", 1));
  }

  @Test
  void readHead_ofZeroBytes_isAnEmptyObjectThatCanBeReplaced() {
    putForeign("etl/today/empty.checkpoint", new byte[0]);

    StoredObject head = store.readHead("empty.checkpoint").orElseThrow();

    assertThat(head.content()).isEmpty();
    assertThat(head.isComplete()).isTrue();
    assertThat(store.replace("empty.checkpoint", bytes("x"), head.version()).outcome())
        .isEqualTo(WriteResult.Outcome.WRITTEN);
  }

  @Test
  void list_seesOneLevelOnly_withoutThePrefix() {
    store.create("a b+c%25.checkpoint", bytes("one"));
    putForeign("etl/today/", new byte[0]);
    putForeign("etl/today/nested/x.checkpoint", new byte[0]);
    putForeign("etl/today2/y.checkpoint", new byte[0]);
    putForeign("etl/today/<ü&>", new byte[0]);

    List<Listing.Page> pages = pages(store, "");

    assertThat(keys(store, "")).containsExactlyInAnyOrder("a b+c%25.checkpoint", "<ü&>");
    assertThat(pages.get(0).children()).containsExactly("nested/");
    assertThat(pages.get(0).storeTime()).isPresent();
    assertThat(keys(store, "nested/")).containsExactly("nested/x.checkpoint");
  }

  @Test
  void aStoreWithoutPrefix_ownsTheWholeBucket() {
    CheckpointStore whole = store("");
    whole.create("a.checkpoint", bytes("one"));

    assertThat(keys(whole, "")).containsExactly("a.checkpoint");
    assertThat(whole.read("a.checkpoint")).isPresent();
  }

  @Test
  void list_ofAnEmptyLevel_isOneEmptyPage() {
    assertThat(pages(store, "")).singleElement().satisfies(p -> assertThat(p.objects()).isEmpty());
    assertThat(log.counts()).isEqualTo(Map.of("LIST", 1));
  }

  @Test
  void delete_of2500Keys_takesThreeListsAndThreeDeleteObjects_andTouchesNothingElse() {
    putMany(2_500);
    putForeign("etl/today/nested/x.checkpoint", new byte[0]);
    putForeign("etl/today2/y.checkpoint", new byte[0]);
    log.clear();

    var report =
        store.delete(
            StreamSupport.stream(store.list("").spliterator(), false)
                .flatMap(page -> page.objects().stream())
                .map(Listing.Entry::key)
                .map(Deletion::ofAny));

    assertThat(report.deleted()).isEqualTo(2_500);
    assertThat(report.isComplete()).isTrue();
    assertThat(log.counts()).isEqualTo(Map.of("LIST", 3, "DELETE_OBJECTS", 3));
    assertThat(keys(store, "")).isEmpty();
    assertThat(keys(store, "nested/")).hasSize(1);
    assertThat(keys(store("etl/today2"), "")).hasSize(1);
  }

  private void putMany(int count) {
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> putForeign("etl/today/s%04d.checkpoint".formatted(i), new byte[0]));
  }

  @Test
  void delete_sendsABatchWhileKeysAreStillComing() {
    Stream<String> keys =
        IntStream.range(0, 1_500)
            .mapToObj(
                i -> {
                  if (i == 1_400) {
                    await(() -> log.counts().containsKey("DELETE_OBJECTS"));
                  }
                  return "never-was-" + i;
                });

    assertThat(store.delete(keys.map(Deletion::ofAny)).deleted()).isEqualTo(1_500);
    assertThat(log.counts()).isEqualTo(Map.of("DELETE_OBJECTS", 2));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("a minute has passed").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void delete_ofAbsentKeys_countsThemAsDeleted() {
    assertThat(store.delete(Deletion.ofEach("never-was")).deleted()).isEqualTo(1);
    assertThat(log.counts()).isEqualTo(Map.of("DELETE_OBJECTS", 1));
  }

  @Test
  void delete_ofNothing_makesNoRequest() {
    assertThat(store.delete(Stream.empty()).deleted()).isZero();
    assertThat(log.counts()).isEmpty();
  }

  @Test
  void claims_carryATagForLifecycleRules_andCheckpointsDoNot() {
    store.create("a.claim", bytes("one"));
    store.create("a.checkpoint", bytes("one"));

    assertThat(tagsOf("etl/today/a.claim")).isEqualTo("[Tag(Key=checkpoint-manager, Value=claim)]");
    assertThat(tagsOf("etl/today/a.checkpoint")).isEqualTo("[]");
  }

  private String tagsOf(String objectKey) {
    return LocalStack.client()
        .getObjectTagging(r -> r.bucket(bucket).key(objectKey))
        .tagSet()
        .toString();
  }

  @Test
  void versions_tellTheHistoryOfExactlyOneKey_newestFirst() {
    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);
    Version first = store.create("a.checkpoint", bytes("one")).version().orElseThrow();
    store.replace("a.checkpoint", bytes("two"), first);
    store.create("a.checkpoint2", bytes("other"));
    store.delete(Deletion.ofEach("a.checkpoint"));
    log.clear();

    List<StoredVersion> versions = store.versions("a.checkpoint");

    assertThat(log.counts()).isEqualTo(Map.of("GetBucketVersioning", 1, "ListObjectVersions", 1));
    assertThat(versions).hasSize(3);
    assertThat(versions.get(0).deletion()).isTrue();
    assertThat(versions.get(0).latest()).isTrue();
    assertThat(versions.subList(1, 3))
        .extracting(
            v -> new String(store.readVersion("a.checkpoint", v.versionId()).content(), UTF_8))
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void theLocationOfAStore_opensTheSameStore() {
    store.create("a.checkpoint", bytes("one"));

    StoreLocation location = StoreLocation.parse(store.location());

    assertThat(location.withoutOptions()).isEqualTo("s3://" + bucket + "/etl/today");
    assertThat(location.options()).containsKeys("endpoint", "region");
  }

  @Test
  void aLocationWithAndWithoutFinalSlash_isTheSame() {
    CheckpointStore slash = store("etl/today/");
    slash.create("a.checkpoint", bytes("one"));

    assertThat(store.read("a.checkpoint")).isPresent();
    assertThat(slash.location()).isEqualTo(store.location());
  }

  @Test
  void stores_openAnS3Location() {
    String location =
        "s3://" + bucket + "/p?endpoint=" + LocalStack.endpoint() + "&region=us-east-1";
    try (CheckpointStore opened = StoreProvider.openAt(StoreLocation.parse(location))) {
      assertThat(opened.maxKeyBytes()).isEqualTo(1024 - 2);
    }
  }
}
