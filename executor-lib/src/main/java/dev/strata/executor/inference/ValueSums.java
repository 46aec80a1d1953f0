package dev.strata.executor.inference;

import java.io.Serializable;

/**
 * Errors of predicted values, column by column, in double precision, by the weights of rows.
 * Squares around the mean are updated by West's rule ("Updating mean and variance estimates: an
 * improved method", 1979) and combined by Chan, Golub and LeVeque's ("Updating formulae and a
 * pairwise algorithm for computing sample variances", 1979), which lose nothing where the mean is
 * large. (DL4J's {@code RegressionEvaluation} gives a wrong R² after {@code merge}.)
 */
public final class ValueSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private long rows;
  private double weight;
  private final double[] absolute;
  private final double[] squared;
  private final double[] mean;
  private final double[] aroundMean;

  /** No rows yet. */
  public ValueSums(int columns) {
    this.absolute = new double[columns];
    this.squared = new double[columns];
    this.mean = new double[columns];
    this.aroundMean = new double[columns];
  }

  /**
   * Adds one row.
   *
   * @param offset where the row begins in both arrays
   * @param rowWeight 0 leaves the row out
   */
  void add(float[] labels, float[] predictions, int offset, double rowWeight) {
    if (rowWeight == 0) {
      return;
    }
    rows++;
    weight += rowWeight;
    for (int c = 0; c < mean.length; c++) {
      double label = labels[offset + c];
      double error = predictions[offset + c] - label;
      absolute[c] += rowWeight * Math.abs(error);
      squared[c] += rowWeight * (error * error);
      double fromOldMean = label - mean[c];
      // The first row's share is 1 exactly, so that a constant column has no squares around its
      // mean.
      mean[c] += rowWeight == 1 ? fromOldMean / weight : fromOldMean * (rowWeight / weight);
      aroundMean[c] += rowWeight * (fromOldMean * (label - mean[c]));
    }
  }

  /** Adds the other's rows to these. The order of merging shows in the last bits. */
  public void merge(ValueSums other) {
    if (other.rows == 0) {
      return;
    }
    double all = weight + other.weight;
    for (int c = 0; c < mean.length; c++) {
      double apart = other.mean[c] - mean[c];
      absolute[c] += other.absolute[c];
      squared[c] += other.squared[c];
      aroundMean[c] += other.aroundMean[c] + apart * apart * (weight * (other.weight / all));
      mean[c] += apart * (other.weight / all);
    }
    rows += other.rows;
    weight = all;
  }

  /** Root of the mean squared error. */
  public double rmse(int column) {
    return Math.sqrt(squared[column] / weight);
  }

  /** Mean absolute error. */
  public double mae(int column) {
    return absolute[column] / weight;
  }

  /** Root of the mean squared error that the column's mean would have: its standard deviation. */
  public double rmseOfMean(int column) {
    return Math.sqrt(aroundMean[column] / weight);
  }

  /**
   * {@code 1 - squared errors / squares around the mean}. As in scikit-learn's {@code r2_score}, a
   * constant column has 1 where every prediction is right, else 0; NaN of fewer than two rows.
   */
  public double r2(int column) {
    if (rows < 2) {
      return Double.NaN;
    }
    if (aroundMean[column] == 0) {
      return squared[column] == 0 ? 1 : 0;
    }
    return 1 - squared[column] / aroundMean[column];
  }
}
