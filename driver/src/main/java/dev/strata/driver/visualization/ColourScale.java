package dev.strata.driver.visualization;

/** Colours for numbers, distinguishable with red-green colour blindness. */
public final class ColourScale {
  private static final int[] NEGATIVE = {0x00, 0x5A, 0x96};
  private static final int[] POSITIVE = {0xB2, 0x4A, 0x08};

  /** Steps on each side of zero; few enough for a palette. */
  private static final int STEPS = 100;

  private ColourScale() {}

  /** Black for 0 and less, white for 1 and more. */
  public static int grey(double share) {
    int level = (int) Math.rint(255 * within(share, 0, 1));
    return level << 16 | level << 8 | level;
  }

  /** White for 0, blue towards -1, orange towards 1. */
  public static int signed(double value) {
    double size = Math.rint(STEPS * Math.abs(within(value, -1, 1))) / STEPS;
    int[] end = value < 0 ? NEGATIVE : POSITIVE;
    return mix(Raster.WHITE, end[0] << 16 | end[1] << 8 | end[2], size);
  }

  /** A colour with a share in [0, 1] of another. */
  public static int mix(int under, int over, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = under >> shift & 0xFF;
      int b = over >> shift & 0xFF;
      mixed |= (int) Math.rint(a + (b - a) * share) << shift;
    }
    return mixed;
  }

  private static double within(double value, double low, double high) {
    return Double.isNaN(value) ? 0 : Math.min(high, Math.max(low, value));
  }
}
