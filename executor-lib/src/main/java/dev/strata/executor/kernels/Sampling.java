package dev.strata.executor.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Random arrays, {@code [b, n]} in C order; the same numbers in every data type. */
public final class Sampling {
  private static final float HUGE = 0x1p+100f;

  private Sampling() {}

  /** What one piece of the array becomes, given as many elements of the source. */
  @FunctionalInterface
  private interface Piece {
    void sample(float[] source, float[] into, int count);
  }

  /** {@code into} is 1 with the probability that {@code probabilities} has there, else 0. */
  public static void bernoulli(INDArray probabilities, INDArray into, RandomNumbers random) {
    float[] uniform = new float[FlatMemory.PIECE];
    apply(
        probabilities,
        into,
        (source, sample, count) -> {
          random.uniform(uniform, count);
          for (int i = 0; i < count; i++) {
            // 1 where p - u > 0, else 0: no branch, and no look at bits, either of which would keep
            // the JVM from making vectors of the loop. Both factors together make 1 of any float.
            sample[i] = Math.min(1f, Math.max(0f, (source[i] - uniform[i]) * HUGE) * HUGE);
          }
        });
  }

  /** {@code into = mean + deviation · N(0, 1)}. */
  public static void gaussian(
      INDArray mean, double deviation, INDArray into, RandomNumbers random) {
    float scale = (float) deviation;
    apply(
        mean,
        into,
        (source, sample, count) -> {
          random.gaussian(sample, count);
          for (int i = 0; i < count; i++) {
            sample[i] = source[i] + scale * sample[i];
          }
        });
  }

  /**
   * {@code into = max(0, z + N(0, sigmoid(z)))}, the variance being the sigmoid: a noisy rectified
   * unit (Nair and Hinton 2010).
   */
  public static void rectified(INDArray z, INDArray into, RandomNumbers random) {
    apply(
        z,
        into,
        (source, sample, count) -> {
          random.gaussian(sample, count);
          for (int i = 0; i < count; i++) {
            double variance = 1 / (1 + Math.exp(-source[i]));
            sample[i] = Math.max(0f, source[i] + (float) Math.sqrt(variance) * sample[i]);
          }
        });
  }

  private static void apply(INDArray source, INDArray into, Piece piece) {
    float[] from = new float[FlatMemory.PIECE];
    float[] sample = new float[FlatMemory.PIECE];
    FloatPieces sources = FloatPieces.of(source);
    FloatPieces samples = FloatPieces.of(into);
    int length = (int) into.length();
    for (int at = 0; at < length; at += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - at);
      sources.get(at, from, count);
      piece.sample(from, sample, count);
      samples.put(at, sample, count);
    }
  }
}
