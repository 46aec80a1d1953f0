package dev.strata.bench.labels;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Least squares on the classes' indicators with an L2 penalty (scikit-learn's RidgeClassifier): the
 * class of the highest value is predicted. Features are centred by the training rows and divided by
 * the root of their mean squared length; W = (X'X + λ I)⁻¹ X'T is computed as X'(XX' + λ I)⁻¹ T.
 *
 * @param mean of the training rows
 * @param weights {@code [classes][width]}, by features that are centred alone
 * @param intercepts the classes' shares
 */
record RidgeClassifier(double[] mean, double[][] weights, double[] intercepts) {
  /**
   * @param classOfRow of each row of {@code features}
   * @param penalties λ, above 0
   * @return one for each penalty
   */
  static List<RidgeClassifier> fit(
      float[][] features, int[] classOfRow, int classes, List<Double> penalties) {
    int rows = features.length;
    int width = features[0].length;
    double[] mean = new double[width];
    for (float[] row : features) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / (double) rows;
      }
    }
    double[][] centred = new double[rows][width];
    double square = 0;
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        centred[r][i] = features[r][i] - mean[i];
        square += centred[r][i] * centred[r][i] / rows;
      }
    }
    double[] shares = new double[classes];
    double[][] targets = new double[rows][classes];
    for (int r = 0; r < rows; r++) {
      targets[r][classOfRow[r]] = 1;
      shares[classOfRow[r]] += 1.0 / rows;
    }
    for (double[] target : targets) {
      for (int c = 0; c < classes; c++) {
        target[c] -= shares[c];
      }
    }
    RealMatrix x = new Array2DRowRealMatrix(centred, false);
    boolean wide = width > rows;
    RealMatrix products = wide ? x.multiply(x.transpose()) : x.transpose().multiply(x);
    RealMatrix labels = new Array2DRowRealMatrix(targets, false);
    RealMatrix right = wide ? labels : x.transpose().multiply(labels);
    List<RidgeClassifier> fitted = new ArrayList<>();
    for (double penalty : penalties) {
      RealMatrix penalised = products.copy();
      for (int i = 0; i < penalised.getRowDimension(); i++) {
        penalised.addToEntry(i, i, penalty * square);
      }
      RealMatrix solution =
          new CholeskyDecomposition(penalised, 1e-9, 1e-12).getSolver().solve(right).transpose();
      RealMatrix weights = wide ? solution.multiply(x) : solution;
      fitted.add(new RidgeClassifier(mean, weights.getData(), shares));
    }
    return fitted;
  }

  /** The share of rows whose class is not predicted. */
  double error(float[][] features, int[] classOfRow) {
    int wrong = 0;
    for (int r = 0; r < features.length; r++) {
      wrong += predicted(features[r]) == classOfRow[r] ? 0 : 1;
    }
    return wrong / (double) features.length;
  }

  /** Mean over rows of the squared differences to the classes' indicators. */
  double squaredError(float[][] features, int[] classOfRow) {
    double sum = 0;
    for (int r = 0; r < features.length; r++) {
      double[] values = values(features[r]);
      for (int c = 0; c < values.length; c++) {
        double difference = values[c] - (classOfRow[r] == c ? 1 : 0);
        sum += difference * difference / features.length;
      }
    }
    return sum;
  }

  private int predicted(float[] row) {
    double[] values = values(row);
    int best = 0;
    for (int c = 1; c < values.length; c++) {
      best = values[c] > values[best] ? c : best;
    }
    return best;
  }

  private double[] values(float[] row) {
    double[] values = intercepts.clone();
    for (int c = 0; c < values.length; c++) {
      double[] weight = weights[c];
      for (int i = 0; i < row.length; i++) {
        values[c] += (row[i] - mean[i]) * weight[i];
      }
    }
    return values;
  }
}
