package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Checks that conditional writes work: alone, in a race, and after a deletion. */
final class ConditionChecks {
  static final int RACERS = 32;

  private static final String OTHER_SERVER =
      "Use AWS S3 or another server that supports conditional writes, which are required";

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final BatchDeleter deleter;
  private final ProbeKeys keys;

  ConditionChecks(S3Bucket bucket, ProbeKeys keys) {
    this.reader = new ObjectReader(bucket);
    this.writer = new ObjectWriter(bucket);
    this.deleter = new BatchDeleter(bucket);
    this.keys = keys;
  }

  List<Finding> run() {
    return List.of(
        S3Doctor.check("conditional create", this::create),
        S3Doctor.check("conditional replace", this::replace),
        S3Doctor.check("race of " + RACERS + " writers", this::race),
        S3Doctor.check("create after deletion", this::afterDeletion));
  }

  private Outcome create(String key, String content) {
    return writer.create(key, content.getBytes(US_ASCII)).outcome();
  }

  private Outcome replace(String key, String content, Version expected) {
    return writer.replace(key, content.getBytes(US_ASCII), expected).outcome();
  }

  private Finding create(String check) {
    String key = keys.key("create");
    create(key, "first");
    Outcome second = create(key, "second");
    if (second == Outcome.WRITTEN || !text(key).equals("first")) {
      return Finding.failed(check, "the server ignores the header If-None-Match", OTHER_SERVER);
    }
    return Finding.ok(check, "If-None-Match is honoured");
  }

  private Finding replace(String check) {
    String key = keys.key("replace");
    create(key, "first");
    Version version = reader.read(key).map(found -> found.version()).orElse(ConditionProbe.WRONG);
    if (replace(key, "wrong", ConditionProbe.WRONG) == Outcome.WRITTEN
        || !text(key).equals("first")) {
      return Finding.failed(check, "the server ignores the header If-Match", OTHER_SERVER);
    }
    Outcome right = replace(key, "second", version);
    if (right != Outcome.WRITTEN && !text(key).equals("second")) {
      return Finding.failed(
          check, "replacing the version that was just read gave " + right, OTHER_SERVER);
    }
    if (replace(keys.key("absent"), "x", version) == Outcome.WRITTEN) {
      return Finding.failed(
          check, "the server ignores If-Match for a key that does not exist", OTHER_SERVER);
    }
    return Finding.ok(check, "If-Match is honoured");
  }

  /** All writers send at the same moment; exactly one must win. */
  private Finding race(String check) {
    String key = keys.key("race");
    List<Optional<Outcome>> outcomes;
    try {
      outcomes = Race.run(RACERS, i -> answer(key, "writer " + i));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.unknown(check, "interrupted", "");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    long winners = outcomes.stream().filter(Optional.of(Outcome.WRITTEN)::equals).count();
    long unknown = outcomes.stream().filter(Optional::isEmpty).count();
    if (winners > 1) {
      return Finding.failed(check, winners + " writers got the answer that they won", OTHER_SERVER);
    }
    if (unknown > 0 || winners == 0) {
      return Finding.warning(
          check,
          unknown + " writers got no answer; the key holds '" + text(key) + "'",
          "Try again when the server is less busy");
    }
    return Finding.ok(check, "exactly one won");
  }

  private Optional<Outcome> answer(String key, String content) {
    try {
      return Optional.of(create(key, content));
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  /** Some servers take a delete marker for an object, or compare with the version before it. */
  private Finding afterDeletion(String check) {
    String key = keys.key("deleted");
    create(key, "first");
    Version old = reader.read(key).map(found -> found.version()).orElse(ConditionProbe.WRONG);
    deleter.delete(Deletion.ofEach(key));
    if (reader.read(key).isPresent()) {
      return Finding.failed(check, "a deleted key is still read", OTHER_SERVER);
    }
    if (replace(key, "ghost", old) == Outcome.WRITTEN) {
      return Finding.failed(
          check,
          "a replace of the deleted version was executed",
          "Switch versioning of the bucket off, or use another server");
    }
    Outcome again = create(key, "second");
    if (again != Outcome.WRITTEN && !text(key).equals("second")) {
      return Finding.failed(
          check,
          "a create of a deleted key gave " + again + " although the key is absent",
          "The server takes delete markers for objects: switch versioning of the bucket off, or"
              + " use another server");
    }
    return Finding.ok(check, "a deleted key can be created again, and not replaced");
  }

  private String text(String key) {
    return reader.read(key).map(found -> new String(found.content(), US_ASCII)).orElse("");
  }
}
