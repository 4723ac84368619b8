package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.Finding.Verdict;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The diagnosis of a bucket: checks everything that checkpoints need, with keys that begin with
 * {@code .probe-}, and removes them with all their versions. About 70 requests. Leaves out checks
 * that make no sense because the bucket is not reached or nothing may be written. For one thread.
 */
public final class S3Doctor {
  private final S3Bucket bucket;
  private final ProbeKeys keys;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final List<Finding> findings = new ArrayList<>();

  /** Whether there may be objects to remove: not if every write was refused. */
  private boolean mayHaveWritten;

  public S3Doctor(S3Bucket bucket) {
    this.bucket = bucket;
    this.keys = new ProbeKeys(bucket);
    this.reader = new ObjectReader(bucket);
    this.writer = new ObjectWriter(bucket);
  }

  /** Runs all checks; an unfit bucket is a finding, not an exception. */
  public List<Finding> diagnose() {
    if (add(check("endpoint", this::endpoint)) && isReached("bucket and credentials")) {
      try {
        examine();
      } finally {
        removeAll();
      }
    }
    return List.copyOf(findings);
  }

  private void examine() {
    add(check("permission to list", this::list));
    Finding write = check("permission to write", this::write);
    boolean writable = add(write);
    mayHaveWritten = writable || !write.detail().contains("AccessDenied");
    if (writable) {
      add(check("permission to tag claims", this::claim));
      add(check("list after write", this::listAfterWrite));
      add(check("clock", this::clock));
      add(check("batch delete", this::delete));
      findings.addAll(new ConditionChecks(bucket, keys).run());
    }
    findings.addAll(new SettingChecks(bucket, keys).run());
  }

  private void removeAll() {
    if (mayHaveWritten && !keys.removeAll()) {
      findings.add(
          Finding.warning(
              "nothing left behind",
              "the test objects were deleted, their old versions perhaps not",
              "Grant s3:ListBucketVersions and s3:DeleteObjectVersion, or let a lifecycle rule"
                  + " expire noncurrent versions of .probe-*"));
    }
  }

  /** Runs a check of something that is needed: its failure is a finding. */
  static Finding check(String name, Function<String, Finding> body) {
    try {
      return body.apply(name);
    } catch (StoreException e) {
      return Finding.failed(name, e);
    }
  }

  /** Returns whether the check passed. */
  private boolean add(Finding finding) {
    findings.add(finding);
    return finding.verdict() == Verdict.OK;
  }

  private Finding endpoint(String check) {
    return Finding.ok(
        check,
        bucket
            .customEndpoint()
            .map(custom -> custom + ", a custom endpoint")
            .orElseGet(() -> "AWS, " + bucket.client().serviceClientConfiguration().region().id()));
  }

  /**
   * Reads a key that does not exist. 404 NoSuchKey proves that the server is reached, the
   * credentials are valid, the bucket exists and both permissions for reading are granted.
   *
   * @return whether further checks make sense
   */
  private boolean isReached(String check) {
    try {
      findings.add(
          reader.read(keys.key("absent")).isPresent()
              ? Finding.failed(
                  check, "a key that does not exist was read", "Look for a proxy or a cache")
              : Finding.ok(
                  check, "s3://" + bucket.name() + " answers, and says 404 for an absent key"));
      return true;
    } catch (StoreException e) {
      findings.add(Finding.failed(check, e));
      // Other permissions may be granted. After any other failure all checks would fail.
      return e.why().contains("AccessDenied");
    }
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
    return bucket.capabilities().takesTags()
        ? Finding.ok(check, "an object with a tag was written")
        : Finding.warning(
            check,
            "the tag is refused, claims are written without it",
            "A lifecycle rule cannot tell old versions of claims by their tag; grant"
                + " s3:PutObjectTagging, where the server has tags");
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
    StoredObject seen = bucket.capabilities().judgingTheClock(() -> reader.read(key).orElseThrow());
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
    DeletionReport report =
        new BatchDeleter(bucket).delete(Deletion.ofEach(key, keys.key("never-was")));
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
