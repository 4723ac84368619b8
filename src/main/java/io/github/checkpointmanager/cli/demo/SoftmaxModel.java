package io.github.checkpointmanager.cli.demo;

import io.github.checkpointmanager.cli.demo.Preprocessing.Prepared;
import io.github.checkpointmanager.cli.demo.Preprocessing.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * Multinomial logistic regression; result of {@code model_training}. Trained by plain gradient
 * descent on the cross-entropy from zero weights, so that every run gives the same numbers; {@code
 * StrictMath}, so that every machine does.
 *
 * @param weights for each species one per feature, the last the intercept
 */
record SoftmaxModel(List<List<Double>> weights) {
  private static final int STEPS = 400;
  private static final double RATE = 0.5;

  /** Result of {@code evaluation}. */
  record Evaluation(int correct, int total) {}

  static SoftmaxModel train(Prepared data) {
    int classes = data.species().size();
    int width = data.training().get(0).features().size() + 1;
    double[][] weights = new double[classes][width];
    for (int step = 0; step < STEPS; step++) {
      double[][] gradient = new double[classes][width];
      for (Sample sample : data.training()) {
        double[] input = withIntercept(sample.features());
        double[] probabilities = softmax(scores(weights, input));
        for (int c = 0; c < classes; c++) {
          double error = probabilities[c] - (c == sample.label() ? 1 : 0);
          for (int i = 0; i < width; i++) {
            gradient[c][i] += error * input[i];
          }
        }
      }
      descend(weights, gradient, RATE / data.training().size());
    }
    return new SoftmaxModel(lists(weights));
  }

  /** Index of the most probable species. */
  int predict(List<Double> features) {
    double[] scores = scores(arrays(weights), withIntercept(features));
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c] > scores[best]) {
        best = c;
      }
    }
    return best;
  }

  Evaluation evaluate(List<Sample> samples) {
    int correct = 0;
    for (Sample sample : samples) {
      if (predict(sample.features()) == sample.label()) {
        correct++;
      }
    }
    return new Evaluation(correct, samples.size());
  }

  private static void descend(double[][] weights, double[][] gradient, double rate) {
    for (int c = 0; c < weights.length; c++) {
      for (int i = 0; i < weights[c].length; i++) {
        weights[c][i] -= rate * gradient[c][i];
      }
    }
  }

  private static double[] scores(double[][] weights, double[] input) {
    double[] scores = new double[weights.length];
    for (int c = 0; c < weights.length; c++) {
      for (int i = 0; i < input.length; i++) {
        scores[c] += weights[c][i] * input[i];
      }
    }
    return scores;
  }

  /** Scores are shifted by their maximum, so that exp never overflows. */
  private static double[] softmax(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    double[] result = new double[scores.length];
    for (int c = 0; c < scores.length; c++) {
      result[c] = StrictMath.exp(scores[c] - max);
      sum += result[c];
    }
    for (int c = 0; c < scores.length; c++) {
      result[c] /= sum;
    }
    return result;
  }

  private static double[] withIntercept(List<Double> features) {
    double[] input = new double[features.size() + 1];
    for (int i = 0; i < features.size(); i++) {
      input[i] = features.get(i);
    }
    input[features.size()] = 1;
    return input;
  }

  private static List<List<Double>> lists(double[][] weights) {
    List<List<Double>> rows = new ArrayList<>();
    for (double[] row : weights) {
      List<Double> values = new ArrayList<>();
      for (double value : row) {
        values.add(value);
      }
      rows.add(values);
    }
    return rows;
  }

  private static double[][] arrays(List<List<Double>> weights) {
    double[][] rows = new double[weights.size()][];
    for (int c = 0; c < rows.length; c++) {
      rows[c] = weights.get(c).stream().mapToDouble(Double::doubleValue).toArray();
    }
    return rows;
  }
}
