package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Checks that the bucket exists, and that each operation is permitted and works. */
final class AccessChecks {
  private final S3Bucket bucket;
  private final ProbeKeys keys;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private boolean reached = true;
  private boolean writable;
  private boolean mayHaveWritten;

  AccessChecks(S3Bucket bucket, ProbeKeys keys) {
    this.bucket = bucket;
    this.keys = keys;
    this.reader = new ObjectReader(bucket);
    this.writer = new ObjectWriter(bucket);
  }

  /**
   * Reads a key that does not exist. 404 NoSuchKey proves that the server is reached, the
   * credentials are valid, the bucket exists and both permissions for reading are granted.
   */
  Finding reach() {
    String check = "bucket and credentials";
    try {
      return reader.read(keys.key("absent")).isPresent()
          ? Finding.failed(
              check, "a key that does not exist was read", "Look for a proxy or a cache")
          : Finding.ok(check, "s3://" + bucket.name() + " answers, and says 404 for an absent key");
    } catch (StoreException e) {
      // Other permissions may be granted. After any other failure all checks would fail.
      reached = e.why().contains("AccessDenied");
      return Finding.failed(check, e);
    }
  }

  /** Returns whether further checks make sense, after {@link #reach}. */
  boolean isReached() {
    return reached;
  }

  /** Returns whether the checks that write make sense, after {@link #operations}. */
  boolean isWritable() {
    return writable;
  }

  /** Returns whether there may be objects to remove: not if every write was refused. */
  boolean mayHaveWritten() {
    return mayHaveWritten;
  }

  List<Finding> operations() {
    Finding list = S3Doctor.check("permission to list", this::list);
    Finding write = S3Doctor.check("permission to write", this::write);
    writable = write.verdict() == Finding.Verdict.OK;
    mayHaveWritten = writable || !write.detail().contains("AccessDenied");
    return writable
        ? List.of(
            list,
            write,
            S3Doctor.check("permission to tag claims", this::claim),
            S3Doctor.check("list after write", this::listAfterWrite),
            S3Doctor.check("clock", this::clock),
            S3Doctor.check("batch delete", this::delete))
        : List.of(list, write);
  }

  private Finding list(String check) {
    ObjectLister.list(bucket, "").iterator().next();
    return Finding.ok(check, "s3:ListBucket is granted");
  }

  private Finding write(String check) {
    writer.create(keys.key("write"), "write".getBytes(US_ASCII));
    return Finding.ok(check, "s3:PutObject is granted");
  }

  private Finding claim(String check) {
    writer.create(keys.key("x.claim"), "claim".getBytes(US_ASCII));
    return Finding.ok(check, "an object with a tag was written");
  }

  private Finding listAfterWrite(String check) {
    String key = keys.key("write");
    boolean listed =
        StreamSupport.stream(ObjectLister.list(bucket, "").spliterator(), false)
            .flatMap(page -> page.objects().stream())
            .anyMatch(object -> object.key().equals(key));
    return listed
        ? Finding.ok(check, "a key is listed as soon as it is written")
        : Finding.failed(
            check,
            "a key that was just written is not listed",
            "Use a server whose listings are consistent, as AWS S3's are");
  }

  private Finding clock(String check) {
    long before = System.nanoTime();
    String key = keys.key("clock");
    writer.create(key, "clock".getBytes(US_ASCII));
    StoredObject seen = reader.read(key).orElseThrow();
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    Optional<Instant> now = seen.storeTime();
    if (now.isEmpty()) {
      return Finding.warning(
          check, "the store's time is unknown or not trusted", ConditionProbe.CLOCK_ADVICE);
    }
    if (!ConditionProbe.clocksAgree(seen, now.get(), took)) {
      return Finding.warning(
          check,
          "Date is " + now.get() + " and Last-Modified of a new object " + seen.lastModified(),
          ConditionProbe.CLOCK_ADVICE);
    }
    return Finding.ok(check, "Date and Last-Modified agree");
  }

  private Finding delete(String check) {
    String key = keys.key("write");
    DeletionReport report = new BatchDeleter(bucket).delete(Stream.of(key, keys.key("never-was")));
    if (!report.isComplete()) {
      DeletionReport.Failure failure = report.failures().get(0);
      return Finding.failed(
          check,
          failure.reason(),
          failure.kind() == StoreException.Kind.DENIED
              ? "Grant the permission or renew the credentials, as the detail says"
              : "Use a server that supports DeleteObjects");
    }
    if (reader.read(key).isPresent()) {
      return Finding.failed(
          check, "a key that was reported deleted still exists", "Use another server");
    }
    return Finding.ok(check, "present and absent keys are deleted by one request");
  }
}
