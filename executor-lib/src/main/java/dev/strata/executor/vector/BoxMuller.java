package dev.strata.executor.vector;

/**
 * Pairs of uniform numbers to pairs of normal ones: {@code √(−2 ln(1 − u)) · (cos 2πv, sin 2πv)}
 * (Box and Muller 1958), with polynomials in place of the library's functions, to about 1e-6; the
 * least radii, of u below 1e-6, to about 1e-4.
 */
final class BoxMuller {
  private static final int EXPONENT = 23;
  private static final int BIAS = 127;
  private static final int MANTISSA = (1 << EXPONENT) - 1;
  private static final int ONE = Float.floatToRawIntBits(1f);
  private static final float LN2 = 0.69314718f;
  private static final float SQRT2 = 1.41421356f;

  private BoxMuller() {}

  /**
   * @param u radii, in [0, 1), half of count rounded up; overwritten
   * @param v angles, in [0, 1), as many
   * @param into count normal numbers
   */
  static void transform(float[] u, float[] v, float[] into, int count) {
    int half = (count + 1) / 2;
    for (int i = 0; i < half; i++) {
      u[i] = (float) Math.sqrt(Math.max(0f, -2 * log(1 - u[i])));
    }
    int rest = count - half;
    for (int i = 0; i < half; i++) {
      // With y = 2v − 1 in [−1, 1): cos 2πv = −cos πy, sin 2πv = −sin πy, from those of πy/2.
      float y = 2 * v[i] - 1;
      float s = halfSine(y);
      into[i] = u[i] * (2 * s * s - 1);
    }
    for (int i = 0; i < rest; i++) {
      float y = 2 * v[i] - 1;
      into[half + i] = u[i] * -2 * halfSine(y) * halfCosine(y);
    }
  }

  /** The natural logarithm of an ordinary positive float, by 2 artanh((m − √2) / (m + √2)). */
  private static float log(float x) {
    int bits = Float.floatToRawIntBits(x);
    float m = Float.intBitsToFloat((bits & MANTISSA) | ONE);
    float s = (m - SQRT2) / (m + SQRT2);
    float square = s * s;
    float series = 1 + square * (1 / 3f + square * (1 / 5f + square * (1 / 7f + square / 9f)));
    return ((bits >>> EXPONENT) - BIAS + 0.5f) * LN2 + 2 * s * series;
  }

  /** sin(πy/2), |y| ≤ 1, Taylor's series. */
  private static float halfSine(float y) {
    float q = y * y;
    return y
        * (1.57079633f
            + q
                * (-0.645964098f
                    + q
                        * (0.0796926262f
                            + q * (-0.00468175414f + q * (1.60441185e-4f + q * -3.59884324e-6f)))));
  }

  /** cos(πy/2), |y| ≤ 1, Taylor's series. */
  private static float halfCosine(float y) {
    float q = y * y;
    return 1
        + q
            * (-1.23370055f
                + q
                    * (0.253669508f
                        + q
                            * (-0.0208634807f
                                + q
                                    * (9.19260274e-4f
                                        + q * (-2.52020424e-5f + q * 4.71087478e-7f)))));
  }
}
