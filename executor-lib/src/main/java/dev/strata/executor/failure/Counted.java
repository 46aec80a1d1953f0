package dev.strata.executor.failure;

/** A number with what it counts, as people write it: {@code 1 epoch}, {@code 12 epochs}. */
public final class Counted {
  private Counted() {}

  /**
   * @param one the noun of one, whose plural ends in s
   */
  public static String of(long count, String one) {
    return of(count, one, one + "s");
  }

  /**
   * @param one the noun of one
   * @param more the noun of any other number
   */
  public static String of(long count, String one, String more) {
    return count + " " + (count == 1 ? one : more);
  }
}
