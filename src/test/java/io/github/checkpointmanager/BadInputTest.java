package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that is refused: each message says what happened, why, and what to do. */
class BadInputTest {
  private final FaultyStore store = FaultyStore.around(new MemoryStore());
  private final CheckpointManager checkpoints = CheckpointManager.builder().store(store).open();

  private static void assertRefused(ThrowingCallable call, String what, String why, String remedy) {
    InvalidInputException refused = catchThrowableOfType(InvalidInputException.class, call);
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.what()).contains(what);
    assertThat(refused.why()).contains(why);
    assertThat(refused.remedy()).contains(remedy);
    assertThat(refused)
        .hasMessageContaining(what)
        .hasMessageContaining(why)
        .hasMessageContaining(remedy)
        .hasMessageNotContaining("..");
    assertThat(refused.getMessage()).matches("[^\\p{Cntrl}\\u2028\\u202E]*");
  }

  @Test
  void emptyName() {
    assertRefused(
        () -> checkpoints.save(""), "Naming the stage", "it is empty", "Give the stage a name");
    assertRefused(
        () -> checkpoints.has(""), "Naming the stage", "it is empty", "nothing was written");
    assertThat(store.callCount()).isZero();
  }

  @Test
  void nameOf2000Bytes() {
    assertRefused(
        () -> checkpoints.save("x".repeat(2_000)),
        "The stage name is too long",
        "its key has 2011 bytes, and memory: takes 1024",
        "Use a shorter name");
    assertThat(store.callCount()).isZero();
  }

  @Test
  void nameThatIsTooLongForAFile(@TempDir Path directory) {
    try (var files = CheckpointManager.open(directory.toString())) {
      files.save("x".repeat(200));

      assertRefused(
          () -> files.save("x".repeat(300)), "The stage name is too long", "takes", "shorter");
    }
  }

  @Test
  void nameThatIsNoUnicode() {
    assertRefused(
        () -> checkpoints.save("half\uD83D\n"),
        "Naming the stage 'half\\u{D83D}\\n' failed",
        "unpaired surrogate",
        "nothing was written");
  }

  @Test
  void nameWithControlCharacters_isEscapedInMessages() {
    CheckpointManager small = CheckpointManager.builder().store(store).maxPayloadBytes(0).open();

    assertRefused(
        () ->
            small.save(
                "a\r\nERROR forged\u001B[2J\u202E", SaveOptions.none().payload("x/y", new byte[1])),
        "The payload of 'a\\r\\nERROR forged\\u{1B}[2J\\u{202E}' is too large",
        "1 bytes",
        "maxPayloadBytes");
  }

  @Test
  void payloadOverTheLimit() {
    assertRefused(
        () ->
            checkpoints.save("t", SaveOptions.none().payload("x/y", new byte[5 * 1024 * 1024 + 1])),
        "The payload of 't' is too large",
        "it has 5242881 bytes, and the limit is 5242880",
        "Store it elsewhere and save its address, or raise the limit");
    assertThat(store.callCount()).isZero();
    assertThat(
            checkpoints
                .save("t", SaveOptions.none().payload("x/y", new byte[5 * 1024 * 1024]))
                .isSaved())
        .isTrue();
  }

  @Test
  void metadataThatIsTooLarge() {
    assertRefused(
        () -> checkpoints.save("t", SaveOptions.none().meta("a", "v".repeat(70_000))),
        "Saving the checkpoint of 't' failed",
        "headers take",
        "nothing was written");
    assertThat(store.callCount()).isZero();
  }

  @Test
  void metadataWithoutAName() {
    assertRefused(
        () -> checkpoints.save("t", SaveOptions.none().meta("", "v")),
        "Saving the checkpoint of 't' failed",
        "key is empty",
        "nothing was written");
  }

  @Test
  void unknownScheme() {
    assertRefused(
        () -> CheckpointManager.open("gs://bucket/prefix"),
        "The location gs:bucket/prefix cannot be opened",
        "no store for the scheme 'gs'",
        "Use one of file, memory, s3");
  }

  @Test
  void emptyLocation() {
    for (String location : List.of("", "  ")) {
      assertRefused(
          () -> CheckpointManager.open(location),
          "The location is empty",
          "it names no store",
          "Give a directory");
    }
    assertRefused(
        () -> CheckpointManager.open("memory:"), "memory:", "has none", "Write memory:name");
  }

  @Test
  void unknownOption() {
    assertRefused(
        () -> CheckpointManager.open("memory:x?regoin=eu-west-1"),
        "The location memory:x has an unknown option",
        "does not know 'regoin'",
        "Leave it out");
  }

  @Test
  void malformedQuery() {
    assertRefused(
        () -> CheckpointManager.open("s3://bucket/p?region"),
        "The location s3://bucket/p has a malformed query",
        "not of the form name=value",
        "?name=value");
    assertRefused(
        () -> CheckpointManager.open("s3://bucket/p?region=%zz"),
        "malformed query",
        "'region' has a broken percent escape",
        "percent-encoded");
    assertRefused(
        () -> CheckpointManager.open("s3://bucket/p?region=a&region=b"),
        "malformed query",
        "'region' is given twice",
        "?name=value");
  }

  @Test
  void locationWithCredentials_isNeverRepeated() {
    for (String location :
        List.of(
            "gs://AKIA:hunter2@bucket/p",
            "s3://AKIA:hunter2@bucket/p?region",
            "s3://AKIA:hunter2@bucket/p?endpoint=x&endpoint=y",
            "jdbc:nosuch://root:hunter2@db/p",
            "s3://AKIA:hunter2@bucket/p")) {
      InvalidInputException refused =
          catchThrowableOfType(InvalidInputException.class, () -> CheckpointManager.open(location));
      assertThat(refused).as(location).isNotNull();
      assertThat(refused.getMessage() + refused.location() + refused.getCause())
          .as(location)
          .doesNotContain("hunter2");
    }
  }

  @Test
  void locationThatIsNoPath() {
    assertRefused(
        () -> CheckpointManager.open("file:a\0b"),
        "The location a b cannot be opened",
        "file names of this system",
        "Use another name");
  }

  @Test
  void bucketNameThatIsInvalid() {
    assertRefused(
        () -> CheckpointManager.open("s3://Not_A_Bucket/p"),
        "The bucket name 'Not_A_Bucket' is refused",
        "lower-case letters",
        "Write the location as s3://bucket/prefix");
  }

  @Test
  void fileInPlaceOfADirectory_isNotMistakenForAnEmptyStore(@TempDir Path directory)
      throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    for (Path place : List.of(file, file.resolve("below"))) {
      try (CheckpointManager blocked = CheckpointManager.open(place.toString())) {
        for (ThrowingCallable call :
            List.<ThrowingCallable>of(
                () -> blocked.has("t"),
                () -> blocked.read("t"),
                () -> blocked.completed(),
                () -> blocked.save("t"),
                () -> blocked.stage("t", () -> fail("the stage ran")),
                () -> blocked.clear())) {
          InvalidInputException failure = catchThrowableOfType(InvalidInputException.class, call);
          assertThat(failure).as("the answer for %s is a failure", place).isNotNull();
          assertThat(failure.why()).endsWith(": " + file + " is not a directory");
          assertThat(failure.remedy()).contains("another directory");
        }
      }
    }
    assertThat(file).hasContent("no directory");
  }

  @Test
  void readOnlyStore_isNotMistakenForAnEmptyOne() {
    checkpoints.save("done");
    CheckpointManager readOnly =
        CheckpointManager.builder()
            .store(
                new ForwardingStore(store) {
                  @Override
                  public WriteResult create(String key, byte[] content) {
                    throw new StoreException(
                        StoreException.Kind.DENIED, "Writing failed", "it is read-only", "Ask");
                  }
                })
            .open();

    assertThat(readOnly.has("done")).isTrue();
    assertThat(readOnly.has("t")).isFalse();
    AccessDeniedException failure =
        catchThrowableOfType(AccessDeniedException.class, () -> readOnly.save("t"));
    assertThat(failure).isNotNull();
    assertThat(failure.what()).contains("'t'");
    assertThat(failure.why()).contains("it is read-only");
    assertThat(checkpoints.has("t")).isFalse();
  }

  @Test
  void builder_refusesNonsense() {
    CheckpointStore memory = new MemoryStore();
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () -> CheckpointManager.builder().store(memory).maxPayloadBytes(-1)))
        .hasMessageContaining("-1");
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () -> CheckpointManager.builder().store(memory).readParallelism(0)))
        .hasMessageContaining("0");
  }
}
