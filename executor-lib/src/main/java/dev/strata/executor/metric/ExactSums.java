package dev.strata.executor.metric;

import java.io.Serializable;

/**
 * Sums of numbers from 0 to 2^31, in fixed point of 128 bits with 64 behind the point. Every number
 * is cut to a multiple of 2^-64 and added exactly, so that a sum is the same in any order of adding
 * and merging. Room for 2^31 numbers.
 */
final class ExactSums implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double TWO_32 = 0x1p32;

  private final long[] whole;
  private final long[] fraction;

  ExactSums(int sums) {
    this.whole = new long[sums];
    this.fraction = new long[sums];
  }

  void add(int sum, double value) {
    addParts(sum, (long) value, fraction(value));
  }

  void addParts(int sum, long otherWhole, long otherFraction) {
    long before = fraction[sum];
    fraction[sum] = before + otherFraction;
    boolean carry = Long.compareUnsigned(fraction[sum], before) < 0;
    whole[sum] += otherWhole + (carry ? 1 : 0);
  }

  /** Adds the other's sums to these. */
  void merge(ExactSums other) {
    for (int i = 0; i < whole.length; i++) {
      addParts(i, other.whole[i], other.fraction[i]);
    }
  }

  double get(int sum) {
    return number(whole[sum], fraction[sum]);
  }

  int size() {
    return whole.length;
  }

  /** The part behind the point, in units of 2^-64, unsigned. */
  static long fraction(double value) {
    double behind = (value - (long) value) * TWO_32;
    long high = (long) behind;
    long low = (long) ((behind - high) * TWO_32);
    return (high << 32) | low;
  }

  static double number(long whole, long fraction) {
    double high = fraction >>> 32;
    double low = fraction & 0xFFFFFFFFL;
    return whole + (high + low / TWO_32) / TWO_32;
  }
}
