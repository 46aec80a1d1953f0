package dev.strata.executor.kernels;

import org.nd4j.linalg.factory.Nd4j;

/**
 * Many random numbers fast: number i is a hash of i under a key of 64 bits, so that they can be
 * computed side by side. The hash is two rounds of a multiply and xor-shift mixer without visible
 * bias (Wellons 2018, "lowbias32"), each followed or preceded by one half of the key. 2³² numbers
 * of one key; a learner takes a new key each step.
 */
public final class RandomNumbers {
  private static final int GOLDEN = 0x9E3779B9;
  private static final float UNIT = 0x1p-24f;

  private final int[] bits = new int[FlatMemory.PIECE];
  private final float[] radii = new float[FlatMemory.PIECE];
  private final float[] angles = new float[FlatMemory.PIECE];
  private final int first;
  private final int second;
  private int position;

  public RandomNumbers(long key) {
    first = (int) key;
    second = (int) (key >>> 32);
  }

  /** Under a key drawn from ND4J's generator of the calling thread. */
  public static RandomNumbers ofThread() {
    return new RandomNumbers(keyOfThread());
  }

  /** A key drawn from ND4J's generator of the calling thread. */
  public static long keyOfThread() {
    return Nd4j.getRandom().nextLong();
  }

  /**
   * Uniform over all ints.
   *
   * @param count at most the array's length
   */
  public void bits(int[] into, int count) {
    int from = position;
    for (int i = 0; i < count; i++) {
      int x = (from + i) * GOLDEN + first;
      x = (x ^ (x >>> 16)) * 0x7feb352d;
      x = (x ^ (x >>> 15)) * 0x846ca68b;
      x = (x ^ (x >>> 16)) + second;
      x = (x ^ (x >>> 16)) * 0x21f0aaad;
      x = (x ^ (x >>> 15)) * 0x735a2d97;
      into[i] = x ^ (x >>> 15);
    }
    position = from + count;
  }

  /**
   * Uniform in [0, 1), multiples of 2⁻²⁴.
   *
   * @param count at most {@link FlatMemory#PIECE}
   */
  public void uniform(float[] into, int count) {
    bits(bits, count);
    for (int i = 0; i < count; i++) {
      into[i] = (bits[i] >>> 8) * UNIT;
    }
  }

  /**
   * Normal with mean 0 and deviation 1 (Box and Muller 1958).
   *
   * @param count at most {@link FlatMemory#PIECE}
   */
  public void gaussian(float[] into, int count) {
    int half = (count + 1) / 2;
    uniform(radii, half);
    uniform(angles, half);
    BoxMuller.transform(radii, angles, into, count);
  }
}
