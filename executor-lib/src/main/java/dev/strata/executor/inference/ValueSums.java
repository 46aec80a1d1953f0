package dev.strata.executor.inference;

import java.io.Serializable;

/**
 * Errors of predicted values, column by column, in double precision. Squares around the mean are
 * combined by Chan, Golub and LeVeque's rule ("Updating formulae and a pairwise algorithm for
 * computing sample variances", 1979), which loses nothing where the mean is large. (DL4J's {@code
 * RegressionEvaluation} gives a wrong R² after {@code merge}.)
 */
public final class ValueSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private long rows;
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
   */
  void add(float[] labels, float[] predictions, int offset) {
    rows++;
    for (int c = 0; c < mean.length; c++) {
      double label = labels[offset + c];
      double error = predictions[offset + c] - label;
      absolute[c] += Math.abs(error);
      squared[c] += error * error;
      double fromOldMean = label - mean[c];
      mean[c] += fromOldMean / rows;
      aroundMean[c] += fromOldMean * (label - mean[c]);
    }
  }

  /** Adds the other's rows to these. The order of merging shows in the last bits. */
  public void merge(ValueSums other) {
    if (other.rows == 0) {
      return;
    }
    double all = (double) rows + other.rows;
    for (int c = 0; c < mean.length; c++) {
      double apart = other.mean[c] - mean[c];
      absolute[c] += other.absolute[c];
      squared[c] += other.squared[c];
      aroundMean[c] += other.aroundMean[c] + apart * apart * (rows * (other.rows / all));
      mean[c] += apart * (other.rows / all);
    }
    rows += other.rows;
  }

  /** Root of the mean squared error. */
  public double rmse(int column) {
    return Math.sqrt(squared[column] / rows);
  }

  /** Mean absolute error. */
  public double mae(int column) {
    return absolute[column] / rows;
  }

  /**
   * {@code 1 - squared errors / squares around the mean}; not finite where the column is constant.
   */
  public double r2(int column) {
    return aroundMean[column] == 0 ? Double.NaN : 1 - squared[column] / aroundMean[column];
  }
}
