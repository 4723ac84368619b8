package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.Finding.Verdict;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The diagnosis of a bucket: checks everything that checkpoints need, with keys that begin with
 * {@code .probe-}, and removes them with all their versions. About 70 requests. Leaves out checks
 * that make no sense because the bucket is not reached or nothing may be written.
 */
public final class S3Doctor {
  private final S3Bucket bucket;

  public S3Doctor(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /** Runs all checks; an unfit bucket is a finding, not an exception. */
  public List<Finding> diagnose() {
    List<Finding> findings = new ArrayList<>();
    findings.add(check("endpoint", this::endpoint));
    if (findings.get(0).verdict() != Verdict.OK) {
      return List.copyOf(findings);
    }
    var keys = new ProbeKeys(bucket);
    var access = new AccessChecks(bucket, keys);
    findings.add(access.reach());
    if (access.isReached()) {
      examine(access, keys, findings);
    }
    return List.copyOf(findings);
  }

  private void examine(AccessChecks access, ProbeKeys keys, List<Finding> findings) {
    try {
      findings.addAll(access.operations());
      if (access.isWritable()) {
        findings.addAll(new ConditionChecks(bucket, keys).run());
      }
      findings.addAll(new SettingChecks(bucket, keys).run());
    } finally {
      if (access.mayHaveWritten() && !keys.removeAll()) {
        findings.add(
            Finding.warning(
                "nothing left behind",
                "the test objects were deleted, their old versions perhaps not",
                "Grant s3:ListBucketVersions and s3:DeleteObjectVersion, or let a lifecycle rule"
                    + " expire noncurrent versions of .probe-*"));
      }
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

  private Finding endpoint(String check) {
    return Finding.ok(
        check,
        bucket
            .customEndpoint()
            .map(custom -> custom + ", a custom endpoint")
            .orElseGet(() -> "AWS, " + bucket.client().serviceClientConfiguration().region().id()));
  }
}
