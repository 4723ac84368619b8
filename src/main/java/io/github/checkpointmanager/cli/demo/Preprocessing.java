package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.cli.demo.PenguinCsv.Ingested;
import io.github.checkpointmanager.cli.demo.PenguinCsv.Measurement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

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
   * One complete penguin, standardised.
   *
   * @param label index of its species
   */
  record Sample(int label, List<Double> features) {}

  static Prepared prepare(Ingested ingested) {
    List<Measurement> complete =
        new ArrayList<>(ingested.measurements().stream().filter(Measurement::isComplete).toList());
    // Random's algorithm is part of its specification: the same shuffle on every JVM.
    Collections.shuffle(complete, new Random(SEED));
    int heldOut = (int) (complete.size() * HELD_OUT);
    List<Measurement> training = complete.subList(heldOut, complete.size());
    List<String> species = complete.stream().map(Measurement::species).distinct().sorted().toList();
    Scale scale = Scale.of(training.stream().map(Measurement::features).toList());
    return new Prepared(
        ingested.measurements().size() - complete.size(),
        species,
        samples(training, species, scale),
        samples(complete.subList(0, heldOut), species, scale));
  }

  private static List<Sample> samples(List<Measurement> rows, List<String> species, Scale scale) {
    return rows.stream()
        .map(row -> new Sample(species.indexOf(row.species()), scale.apply(row.features())))
        .toList();
  }

  /** Mean and standard deviation of each feature. */
  private record Scale(List<Double> means, List<Double> deviations) {
    static Scale of(List<List<Double>> rows) {
      List<Double> means = new ArrayList<>();
      List<Double> deviations = new ArrayList<>();
      for (int i = 0; i < rows.get(0).size(); i++) {
        double sum = 0;
        for (List<Double> row : rows) {
          sum += row.get(i);
        }
        double mean = sum / rows.size();
        double squares = 0;
        for (List<Double> row : rows) {
          squares += (row.get(i) - mean) * (row.get(i) - mean);
        }
        means.add(mean);
        deviations.add(Math.sqrt(squares / rows.size()));
      }
      return new Scale(means, deviations);
    }

    List<Double> apply(List<Double> features) {
      List<Double> scaled = new ArrayList<>();
      for (int i = 0; i < features.size(); i++) {
        scaled.add((features.get(i) - means.get(i)) / deviations.get(i));
      }
      return scaled;
    }
  }
}
