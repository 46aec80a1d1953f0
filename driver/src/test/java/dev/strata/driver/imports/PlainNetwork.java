package dev.strata.driver.imports;

import dev.strata.driver.testing.KerasModelFile.Weights;
import java.util.Random;

/** Layers in plain loops of float64, to compare imported networks with. */
final class PlainNetwork {
  private PlainNetwork() {}

  static double[][] rows(int count, int width) {
    Random random = new Random(3);
    double[][] rows = new double[count][width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        // As float32 has it, so that both networks see the same rows.
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  /** {@code x W + b}, W {@code [in, out]} in C order. */
  static double[][] dense(double[][] rows, Weights kernel, Weights bias) {
    int out = (int) kernel.shape()[1];
    double[][] result = new double[rows.length][out];
    for (int r = 0; r < rows.length; r++) {
      for (int j = 0; j < out; j++) {
        double sum = bias.values()[j];
        for (int i = 0; i < rows[r].length; i++) {
          sum += rows[r][i] * kernel.values()[i * out + j];
        }
        result[r][j] = sum;
      }
    }
    return result;
  }

  /** {@code gamma (x - mean) / sqrt(variance + epsilon) + beta}. */
  static double[][] normalise(
      double[][] rows,
      Weights gamma,
      Weights beta,
      Weights mean,
      Weights variance,
      double epsilon) {
    double[][] result = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      result[r] = new double[rows[r].length];
      for (int i = 0; i < rows[r].length; i++) {
        result[r][i] =
            gamma.values()[i]
                    * (rows[r][i] - mean.values()[i])
                    / Math.sqrt(variance.values()[i] + epsilon)
                + beta.values()[i];
      }
    }
    return result;
  }

  /** Valid convolution of {@code [h, w, c]} with {@code [kh, kw, c, filters]}, stride 1. */
  static double[][] convolve(double[][] rows, int h, int w, int c, Weights kernel, Weights bias) {
    int kh = (int) kernel.shape()[0];
    int kw = (int) kernel.shape()[1];
    int filters = (int) kernel.shape()[3];
    int oh = h - kh + 1;
    int ow = w - kw + 1;
    double[][] result = new double[rows.length][oh * ow * filters];
    for (int r = 0; r < rows.length; r++) {
      for (int o = 0; o < oh * ow * filters; o++) {
        int filter = o % filters;
        int x = o / filters % ow;
        int y = o / filters / ow;
        double sum = bias.values()[filter];
        for (int k = 0; k < kh * kw * c; k++) {
          int channel = k % c;
          int dx = k / c % kw;
          int dy = k / c / kw;
          sum +=
              rows[r][((y + dy) * w + x + dx) * c + channel]
                  * kernel.values()[k * filters + filter];
        }
        result[r][o] = sum;
      }
    }
    return result;
  }

  static double[][] relu(double[][] rows) {
    return each(rows, x -> Math.max(0, x));
  }

  static double[][] each(double[][] rows, java.util.function.DoubleUnaryOperator function) {
    double[][] result = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      result[r] = java.util.Arrays.stream(rows[r]).map(function).toArray();
    }
    return result;
  }

  static double[][] add(double[][] a, double[][] b) {
    double[][] result = new double[a.length][];
    for (int r = 0; r < a.length; r++) {
      result[r] = a[r].clone();
      for (int i = 0; i < a[r].length; i++) {
        result[r][i] += b[r][i];
      }
    }
    return result;
  }

  static double[][] softmax(double[][] rows) {
    double[][] result = each(rows, Math::exp);
    for (double[] row : result) {
      double sum = java.util.Arrays.stream(row).sum();
      for (int i = 0; i < row.length; i++) {
        row[i] /= sum;
      }
    }
    return result;
  }
}
