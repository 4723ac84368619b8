package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a valid checkpoint says that a plan rests on. Immutable.
 *
 * @param stage the stage
 * @param completedAt when, for showing
 * @param user by whom
 * @param host where
 * @param identity what identifies the record: the write id, of the original where it was restored;
 *     of a record that has none, when it completed
 * @param fingerprint the digest of what the result depends on; empty when none was recorded
 * @param inputs the components of that, name to value
 * @param upstream the identities of the checkpoints that it was built on
 * @param outputs what was made, by path
 */
public record CheckpointFacts(
    String stage,
    Instant completedAt,
    Optional<String> user,
    Optional<String> host,
    String identity,
    Optional<String> fingerprint,
    Map<String, String> inputs,
    Map<String, String> upstream,
    Map<String, ContentDigest> outputs) {
  public CheckpointFacts {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(completedAt, "completedAt");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(fingerprint, "fingerprint");
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    upstream = Collections.unmodifiableMap(new LinkedHashMap<>(upstream));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** The facts of a checkpoint that was read. */
  public static CheckpointFacts of(Checkpoint checkpoint) {
    return new CheckpointFacts(
        checkpoint.stage(),
        checkpoint.completedAt(),
        checkpoint.user(),
        checkpoint.host(),
        identity(checkpoint),
        checkpoint.fingerprint(),
        checkpoint.inputs(),
        checkpoint.upstream(),
        checkpoint.outputs());
  }

  /** What a checkpoint is called in the records of those that were built on it. */
  public static String identity(Checkpoint checkpoint) {
    return checkpoint.originId().orElseGet(() -> "completed:" + checkpoint.completedAt());
  }

  /** Such as {@code 2026-11-23T14:05:12Z by alice on worker-7}. */
  public String completion() {
    return completedAt.truncatedTo(ChronoUnit.SECONDS)
        + user.map(name -> " by " + LogSafe.of(name)).orElse("")
        + host.map(name -> " on " + LogSafe.of(name)).orElse("");
  }
}
