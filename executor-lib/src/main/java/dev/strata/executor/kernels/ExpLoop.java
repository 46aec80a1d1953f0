package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * e to the power of many floats in loops that the JVM compiles to vector instructions, with about
 * single precision: {@code e^z = 2^n e^r}, n the integer next to z / ln 2, e^r a polynomial for |r|
 * ≤ ln 2 / 2 (the coefficients of Cephes, Moshier 1992), 2^n put together from bits. The elements'
 * own memory serves for looking at floats as bits, which the compiler cannot do in a register.
 */
final class ExpLoop {
  /** e^±87 is still an ordinary float. */
  private static final float BOUND = 87;

  private static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts, the first of so few bits that its products with n are exact. */
  private static final float LN2_HIGH = 0.693359375f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** 1.5 · 2²³: added to a small float it leaves the nearest integer in the last bits. */
  private static final float MAGIC = 12582912f;

  private static final int ONE = Float.floatToRawIntBits(1f);
  private static final int EXPONENT = 23;

  private final FloatBuffer floats;
  private final IntBuffer ints;
  private final float[] powers = new float[FlatMemory.PIECE];
  private final int[] bits = new int[FlatMemory.PIECE];

  /**
   * @param memory plain, whose pieces are overwritten
   */
  ExpLoop(INDArray memory) {
    floats = FlatMemory.floats(memory);
    ints = FlatMemory.bytes(memory).asIntBuffer();
  }

  /**
   * {@code into[i] = e^z[i]}, z cut to ± 87.
   *
   * @param at where in the memory {@code count} elements may be overwritten
   */
  void exp(float[] z, float[] into, int at, int count) {
    polynomial(z, into, powers, count);
    floats.put(at, powers, 0, count);
    ints.get(at, bits, 0, count);
    for (int i = 0; i < count; i++) {
      bits[i] = (bits[i] << EXPONENT) + ONE;
    }
    ints.put(at, bits, 0, count);
    floats.get(at, powers, 0, count);
    for (int i = 0; i < count; i++) {
      into[i] *= powers[i];
    }
  }

  private static void polynomial(float[] z, float[] into, float[] powers, int count) {
    for (int i = 0; i < count; i++) {
      float x = Math.max(-BOUND, Math.min(BOUND, z[i]));
      float shifted = x * LOG2_E + MAGIC;
      float n = shifted - MAGIC;
      float r = x - n * LN2_HIGH - n * LN2_LOW;
      float p = 1.9875691500e-4f;
      p = p * r + 1.3981999507e-3f;
      p = p * r + 8.3334519073e-3f;
      p = p * r + 4.1665795894e-2f;
      p = p * r + 1.6666665459e-1f;
      p = p * r + 5.0000001201e-1f;
      powers[i] = shifted;
      into[i] = p * (r * r) + r + 1;
    }
  }
}
