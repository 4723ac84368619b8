package io.github.checkpointmanager.internal.pipeline.plan;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.Fingerprint;
import io.github.checkpointmanager.pipeline.CheckpointFacts;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Checkpoints as plans see them, made by hand. */
final class Facts {
  static final Instant WHEN = Instant.parse("2026-11-23T14:05:12.123456Z");

  private Facts() {}

  /** Of the runner. */
  static CheckpointFacts recorded(
      String stage, String identity, Map<String, String> inputs, Map<String, String> upstream) {
    return new CheckpointFacts(
        stage,
        WHEN,
        Optional.of("alice"),
        Optional.of("worker-7"),
        identity,
        Optional.of(Fingerprint.of(inputs).digest()),
        inputs,
        upstream,
        Map.<String, ContentDigest>of());
  }

  /** Of another tool. */
  static CheckpointFacts homeMade(String stage) {
    return new CheckpointFacts(
        stage,
        WHEN,
        Optional.empty(),
        Optional.empty(),
        "completed:" + WHEN,
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of());
  }

  static RecordsSnapshot.Inputs inputs(Map<String, String> components) {
    return new RecordsSnapshot.Inputs(components, Map.of(), Map.of());
  }
}
