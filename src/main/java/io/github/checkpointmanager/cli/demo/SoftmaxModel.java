package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.cli.demo.Preprocessing.Prepared;
import io.github.checkpointmanager.cli.demo.Preprocessing.Sample;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Multinomial logistic regression; result of {@code model_training}. Trained by plain gradient
 * descent on the cross-entropy from zero weights, so that every run gives the same numbers; {@code
 * StrictMath}, so that every machine does.
 *
 * @param weights for each species one per feature, the last the intercept
 */
@SuppressWarnings("ArrayRecordComponent") // a matrix, never compared
record SoftmaxModel(double[][] weights) {
  private static final int STEPS = 400;
  private static final double RATE = 0.5;

  /** Result of {@code evaluation}. */
  record Evaluation(int correct, int total) {}

  static SoftmaxModel train(Prepared data) {
    int width = data.training().get(0).input().length;
    SoftmaxModel model = new SoftmaxModel(new double[data.species().size()][width]);
    for (int step = 0; step < STEPS; step++) {
      model.descend(data.training());
    }
    return model;
  }

  private void descend(List<Sample> training) {
    double[][] gradient = new double[weights.length][weights[0].length];
    for (Sample sample : training) {
      double[] errors = softmax(scores(sample.input()));
      errors[sample.label()] -= 1;
      for (int c = 0; c < errors.length; c++) {
        add(gradient[c], errors[c], sample.input());
      }
    }
    for (int c = 0; c < weights.length; c++) {
      add(weights[c], -RATE / training.size(), gradient[c]);
    }
  }

  private static void add(double[] sum, double factor, double[] summand) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * summand[i];
    }
  }

  Evaluation evaluate(List<Sample> samples) {
    long correct =
        samples.stream().filter(sample -> predict(sample.input()) == sample.label()).count();
    return new Evaluation((int) correct, samples.size());
  }

  /** Index of the most probable species. */
  private int predict(double[] input) {
    double[] scores = scores(input);
    return IntStream.range(0, scores.length)
        .boxed()
        .max(Comparator.comparingDouble(c -> scores[c]))
        .orElseThrow();
  }

  private double[] scores(double[] input) {
    double[] scores = new double[weights.length];
    for (int c = 0; c < scores.length; c++) {
      for (int i = 0; i < input.length; i++) {
        scores[c] += weights[c][i] * input[i];
      }
    }
    return scores;
  }

  /** Scores are shifted by their maximum, so that exp never overflows. */
  private static double[] softmax(double[] scores) {
    double max = DoubleStream.of(scores).max().orElseThrow();
    double[] powers = DoubleStream.of(scores).map(score -> StrictMath.exp(score - max)).toArray();
    double sum = DoubleStream.of(powers).sum();
    return DoubleStream.of(powers).map(power -> power / sum).toArray();
  }
}
