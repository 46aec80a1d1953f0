package dev.strata.executor.loss;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cosine similarities between the points of n rows and those of their copies: {@code s_ij = u_i ·
 * v_j}, u and v of length 1. A point at 0 has no direction: its similarities and gradients are 0.
 *
 * <p>All is computed in float64: the points are few next to what it takes to get them.
 *
 * @param lengths of the points as they came, row and copy in turn
 * @param rows u, {@code [n, d]}
 * @param copies v, {@code [n, d]}
 * @param values s, row by row
 */
public record CopySimilarities(double[] lengths, INDArray rows, INDArray copies, double[] values) {
  /**
   * @param points {@code [2n, d]}: a row's, then its copy's
   */
  public static CopySimilarities of(INDArray points) {
    int pairs = Math.toIntExact(points.size(0) / 2);
    int width = Math.toIntExact(points.length() / points.size(0));
    if (points.size(0) % 2 != 0) {
      throw new IllegalArgumentException(points.shapeInfoToString() + " is not made of pairs");
    }
    double[] all = points.dup('c').data().asDouble();
    double[] lengths = new double[2 * pairs];
    double[][] halves = new double[2][pairs * width];
    for (int i = 0; i < lengths.length; i++) {
      double squares = 0;
      for (int k = 0; k < width; k++) {
        squares += all[i * width + k] * all[i * width + k];
      }
      lengths[i] = Math.sqrt(squares);
      for (int k = 0; lengths[i] > 0 && k < width; k++) {
        halves[i % 2][i / 2 * width + k] = all[i * width + k] / lengths[i];
      }
    }
    INDArray rows = Nd4j.createFromArray(halves[0]).reshape('c', pairs, width);
    INDArray copies = Nd4j.createFromArray(halves[1]).reshape('c', pairs, width);
    double[] values = rows.mmul(copies.transpose()).dup('c').data().asDouble();
    return new CopySimilarities(lengths, rows, copies, values);
  }

  /** n. */
  public int pairs() {
    return lengths.length / 2;
  }

  /** Of each row {@code −log(e^(s_ii/τ) / Σ_j e^(s_ij/τ))}. */
  public double[] losses(double temperature) {
    int n = pairs();
    double[] losses = new double[n];
    for (int i = 0; i < n; i++) {
      double largest = largest(i);
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += Math.exp((values[i * n + j] - largest) / temperature);
      }
      losses[i] = Math.log(sum) - (values[i * n + i] - largest) / temperature;
    }
    return losses;
  }

  /** Number of rows whose own copy is the most similar one; k equal ones count 1/k. */
  public double retrieved() {
    int n = pairs();
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double own = values[i * n + i];
      if (own == largest(i)) {
        int equal = 0;
        for (int j = 0; j < n; j++) {
          equal += values[i * n + j] == own ? 1 : 0;
        }
        sum += 1.0 / equal;
      }
    }
    return sum;
  }

  /**
   * Gradient of the mean of {@link #losses} with regard to the points.
   *
   * @return in the points' order, {@code [2n, d]} row by row
   */
  double[] gradient(double temperature) {
    int n = pairs();
    INDArray slopes = Nd4j.createFromArray(slopes(temperature)).reshape('c', n, n);
    double[] ofRows = slopes.mmul(copies).dup('c').data().asDouble();
    double[] ofCopies = slopes.transpose().mmul(rows).dup('c').data().asDouble();
    int width = ofRows.length / n;
    double[] gradient = new double[2 * ofRows.length];
    ofPoints(ofRows, rows, 0, width, gradient);
    ofPoints(ofCopies, copies, 1, width, gradient);
    return gradient;
  }

  /** With regard to s: {@code (softmax_ij − [i = j]) / (n τ)}. */
  private double[] slopes(double temperature) {
    int n = pairs();
    double[] slopes = new double[n * n];
    for (int i = 0; i < n; i++) {
      double largest = largest(i);
      double sum = 0;
      for (int j = 0; j < n; j++) {
        slopes[i * n + j] = Math.exp((values[i * n + j] - largest) / temperature);
        sum += slopes[i * n + j];
      }
      for (int j = 0; j < n; j++) {
        double share = slopes[i * n + j] / sum;
        slopes[i * n + j] = (share - (i == j ? 1 : 0)) / (n * temperature);
      }
    }
    return slopes;
  }

  /** Through {@code u = z / |z|}: {@code (g − (g · u) u) / |z|}. */
  private void ofPoints(double[] ofUnits, INDArray units, int side, int width, double[] gradient) {
    double[] unit = units.data().asDouble();
    for (int i = 0; i < pairs(); i++) {
      double length = lengths[2 * i + side];
      if (length == 0) {
        continue;
      }
      double along = 0;
      for (int k = 0; k < width; k++) {
        along += ofUnits[i * width + k] * unit[i * width + k];
      }
      for (int k = 0; k < width; k++) {
        int at = i * width + k;
        gradient[(2 * i + side) * width + k] = (ofUnits[at] - along * unit[at]) / length;
      }
    }
  }

  private double largest(int row) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < pairs(); j++) {
      largest = Math.max(largest, values[row * pairs() + j]);
    }
    return largest;
  }
}
