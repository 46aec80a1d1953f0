package dev.strata.executor.inference;

/**
 * Mean and spread of outputs that are added one after the other, in float64 by Welford's rule
 * ("Note on a method for calculating corrected sums of squares and products", 1962), which gives
 * equal outputs their own value and no deviation at all.
 */
public final class MeanOutput {
  private final int rows;
  private final boolean distributions;
  private int count;
  private double[] mean;
  private double[] squares;
  private double[] entropies;

  /**
   * @param rows b
   * @param distributions whether each row's output is a distribution over classes
   */
  public MeanOutput(int rows, boolean distributions) {
    this.rows = rows;
    this.distributions = distributions;
  }

  /**
   * Adds outputs, each of the same length.
   *
   * @param output b rows, one after the other
   */
  public void add(float[] output) {
    if (mean == null) {
      mean = new double[output.length];
      squares = distributions ? null : new double[output.length];
      entropies = distributions ? new double[rows] : null;
    }
    count++;
    for (int i = 0; i < output.length; i++) {
      double fromOldMean = output[i] - mean[i];
      mean[i] += fromOldMean / count;
      if (squares != null) {
        squares[i] += fromOldMean * (output[i] - mean[i]);
      }
    }
    if (entropies != null) {
      int width = output.length / rows;
      for (int row = 0; row < rows; row++) {
        double entropy = 0;
        for (int c = 0; c < width; c++) {
          entropy += surprise(output[row * width + c]);
        }
        entropies[row] += (entropy - entropies[row]) / count;
      }
    }
  }

  /** The mean of what was added. */
  public float[] mean() {
    float[] numbers = new float[mean.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) mean[i];
    }
    return numbers;
  }

  OutputSpread spread() {
    int width = mean.length / rows;
    double[] first = new double[rows];
    double[] second = new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < width; c++) {
        int at = row * width + c;
        first[row] += distributions ? surprise(mean[at]) : Math.sqrt(squares[at] / count) / width;
      }
      // Jensen's inequality, which rounding may miss by a hair.
      second[row] = distributions ? Math.max(0, first[row] - entropies[row]) : 0;
    }
    return distributions
        ? new OutputSpread(first, second, null)
        : new OutputSpread(null, null, first);
  }

  private static double surprise(double probability) {
    return probability > 0 ? -probability * Math.log(probability) : 0;
  }
}
