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

  /** Multiples of {@link #GOLDEN}: of memory the JVM makes vectors, of a loop's variable not. */
  private static final int[] MULTIPLES = new int[FlatMemory.PIECE];

  static {
    for (int i = 0; i < MULTIPLES.length; i++) {
      MULTIPLES[i] = i * GOLDEN;
    }
  }

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
    piece(into, Math.min(count, FlatMemory.PIECE));
    for (int done = FlatMemory.PIECE; done < count; done += FlatMemory.PIECE) {
      int size = Math.min(count - done, FlatMemory.PIECE);
      piece(bits, size);
      System.arraycopy(bits, 0, into, done, size);
    }
  }

  /** Element i of all arrays belongs together, so that the JVM makes vectors of them. */
  private void piece(int[] into, int count) {
    int[] multiples = MULTIPLES;
    int from = position * GOLDEN + first;
    int last = second;
    for (int i = 0; i < count; i++) {
      int x = multiples[i] + from;
      x = (x ^ (x >>> 16)) * 0x7feb352d;
      x = (x ^ (x >>> 15)) * 0x846ca68b;
      x = (x ^ (x >>> 16)) + last;
      x = (x ^ (x >>> 16)) * 0x21f0aaad;
      x = (x ^ (x >>> 15)) * 0x735a2d97;
      into[i] = x ^ (x >>> 15);
    }
    position += count;
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
