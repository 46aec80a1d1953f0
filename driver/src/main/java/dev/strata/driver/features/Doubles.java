package dev.strata.driver.features;

/** Floats as doubles. */
final class Doubles {
  private Doubles() {}

  static double[] of(float[] numbers) {
    double[] wide = new double[numbers.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = numbers[i];
    }
    return wide;
  }
}
