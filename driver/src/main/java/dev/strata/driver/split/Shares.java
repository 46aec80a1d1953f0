package dev.strata.driver.split;

import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Shares of rows in whole rows, by the method of largest remainders. */
public final class Shares {
  private Shares() {}

  /**
   * How many rows of each class make up a share of all: together the rounded share of the sum, each
   * within one row of its own share.
   *
   * @param rows of each class
   * @param available how many of them may be taken
   */
  public static long[] of(double share, long[] rows, long[] available) {
    long[] taken = new long[rows.length];
    double[] remainders = new double[rows.length];
    long left = Math.round(share * LongStream.of(rows).sum());
    for (int i = 0; i < rows.length; i++) {
      double exact = share * rows[i];
      taken[i] = Math.min((long) exact, available[i]);
      remainders[i] = exact - (long) exact;
      left -= taken[i];
    }
    int[] order =
        IntStream.range(0, rows.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> -remainders[i]).thenComparing(i -> i))
            .mapToInt(i -> i)
            .toArray();
    for (int i = 0; i < order.length && left > 0; i++) {
      if (taken[order[i]] < available[order[i]] && remainders[order[i]] > 0) {
        taken[order[i]]++;
        left--;
      }
    }
    return taken;
  }
}
