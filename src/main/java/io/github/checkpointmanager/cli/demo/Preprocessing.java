package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.cli.demo.PenguinCsv.Ingested;
import io.github.checkpointmanager.cli.demo.PenguinCsv.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Drops incomplete rows, holds three in ten out, and standardises all by mean and standard
 * deviation of the training rows alone: held-out rows must not leak into the model.
 */
final class Preprocessing {
  private static final long SEED = 20070101;
  private static final double HELD_OUT = 0.3;

  private Preprocessing() {}

  /**
   * Result of {@code data_preprocessing}.
   *
   * @param dropped how many rows were incomplete
   * @param species the names of the labels
   */
  record Prepared(int dropped, List<String> species, List<Sample> training, List<Sample> heldOut) {}

  /**
   * One complete penguin.
   *
   * @param label index of its species
   * @param input its features, standardised, and a 1 for the model's intercept
   */
  @SuppressWarnings("ArrayRecordComponent") // a vector, never compared
  record Sample(int label, double[] input) {}

  static Prepared prepare(Ingested ingested) {
    List<Measurement> complete =
        new ArrayList<>(ingested.measurements().stream().filter(Measurement::isComplete).toList());
    // Random's algorithm is part of its specification: the same shuffle on every JVM.
    Collections.shuffle(complete, new Random(SEED));
    int heldOut = (int) (complete.size() * HELD_OUT);
    List<Measurement> training = complete.subList(heldOut, complete.size());
    List<String> species = complete.stream().map(Measurement::species).distinct().sorted().toList();
    List<Scale> scales =
        IntStream.range(0, training.get(0).features().size())
            .mapToObj(i -> Scale.of(training.stream().mapToDouble(row -> value(row, i)).toArray()))
            .toList();
    return new Prepared(
        ingested.measurements().size() - complete.size(),
        species,
        samples(training, species, scales),
        samples(complete.subList(0, heldOut), species, scales));
  }

  private static double value(Measurement complete, int feature) {
    return Objects.requireNonNull(complete.features().get(feature));
  }

  private static List<Sample> samples(
      List<Measurement> rows, List<String> species, List<Scale> scales) {
    List<Sample> samples = new ArrayList<>();
    for (Measurement row : rows) {
      double[] input = new double[scales.size() + 1];
      Arrays.setAll(input, i -> i == scales.size() ? 1 : scales.get(i).apply(value(row, i)));
      samples.add(new Sample(species.indexOf(row.species()), input));
    }
    return samples;
  }

  /** Mean and standard deviation of one feature. */
  private record Scale(double mean, double deviation) {
    static Scale of(double[] values) {
      double mean = DoubleStream.of(values).average().orElseThrow();
      DoubleStream squares = DoubleStream.of(values).map(value -> (value - mean) * (value - mean));
      return new Scale(mean, Math.sqrt(squares.average().orElseThrow()));
    }

    double apply(double value) {
      return (value - mean) / deviation;
    }
  }
}
