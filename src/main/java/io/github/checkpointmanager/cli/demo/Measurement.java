package io.github.checkpointmanager.cli.demo;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One penguin as it was measured; what was not measured is null. */
record Measurement(
    String species,
    @Nullable Double billLengthMm,
    @Nullable Double billDepthMm,
    @Nullable Double flipperLengthMm,
    @Nullable Double bodyMassG) {

  boolean isComplete() {
    return Stream.of(billLengthMm, billDepthMm, flipperLengthMm, bodyMassG)
        .allMatch(value -> value != null);
  }

  /** The numbers that the species is told by; only of a complete one. */
  List<Double> features() {
    return List.of(billLengthMm, billDepthMm, flipperLengthMm, bodyMassG);
  }
}
