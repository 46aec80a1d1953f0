package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layer normalization of rows (Ba, Kiros and Hinton 2016, equations 3 and 4, without an epsilon, as
 * DL4J has it): {@code y = γ (x - μ) / σ}, with the mean μ and the standard deviation σ of the
 * row's n elements, the sum of squares divided by n. A row whose σ is 0 becomes 0.
 *
 * <p>All arrays are plain ({@link FlatMemory#isPlain}).
 */
public final class RowNorm {
  private final INDArray gain;
  private final int columns;
  private final float[] gains;
  private final float[] row;
  private final float[] other;

  /**
   * @param gain γ, {@code [1, n]}, read in each pass
   */
  public RowNorm(INDArray gain) {
    this.gain = gain;
    this.columns = Math.toIntExact(gain.length());
    this.gains = new float[columns];
    this.row = new float[columns];
    this.other = new float[columns];
  }

  /**
   * Overwrites x by y.
   *
   * @param x {@code [b, n]} in C order
   * @param normalized (x - μ) / σ, of x's shape, overwritten
   * @param scales 1 / σ of each row, or 0, overwritten
   */
  public void forward(INDArray x, INDArray normalized, float[] scales) {
    FlatMemory.floats(gain).get(0, gains);
    FloatBuffer values = FlatMemory.floats(x);
    FloatBuffer results = FlatMemory.floats(normalized);
    for (int r = 0; r < scales.length; r++) {
      values.get(r * columns, row);
      float mean = (float) (sum(row) / columns);
      for (int i = 0; i < columns; i++) {
        row[i] -= mean;
        other[i] = row[i] * row[i];
      }
      double deviation = Math.sqrt(sum(other) / columns);
      float scale = deviation == 0 ? 0 : (float) (1 / deviation);
      for (int i = 0; i < columns; i++) {
        row[i] *= scale;
        other[i] = row[i] * gains[i];
      }
      scales[r] = scale;
      results.put(r * columns, row);
      values.put(r * columns, other);
    }
  }

  /**
   * Overwrites the gradient with regard to y by that with regard to x: with {@code ε = γ · delta}
   * and x̂ the normalized row, {@code (ε - mean(ε) - x̂ mean(ε x̂)) / σ}.
   *
   * @param delta {@code [b, n]} in C order
   * @param normalized as {@link #forward} left it
   * @param scales likewise
   * @param gainGradient {@code [1, n]}, overwritten by the sum of {@code delta · x̂} over the rows
   */
  public void back(INDArray delta, INDArray normalized, float[] scales, INDArray gainGradient) {
    FlatMemory.floats(gain).get(0, gains);
    FloatBuffer epsilons = FlatMemory.floats(delta);
    FloatBuffer values = FlatMemory.floats(normalized);
    float[] ofGain = new float[columns];
    float[] product = new float[columns];
    for (int r = 0; r < scales.length; r++) {
      epsilons.get(r * columns, row);
      values.get(r * columns, other);
      for (int i = 0; i < columns; i++) {
        ofGain[i] += row[i] * other[i];
        row[i] *= gains[i];
        product[i] = row[i] * other[i];
      }
      float mean = (float) (sum(row) / columns);
      float slope = (float) (sum(product) / columns);
      float scale = scales[r];
      for (int i = 0; i < columns; i++) {
        row[i] = (row[i] - mean - other[i] * slope) * scale;
      }
      epsilons.put(r * columns, row);
    }
    FlatMemory.floats(gainGradient).put(0, ofGain);
  }

  /** In four lanes. */
  private static double sum(float[] values) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = values.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (int i = whole; i < values.length; i++) {
      a += values[i];
    }
    return a + b + (c + d);
  }
}
