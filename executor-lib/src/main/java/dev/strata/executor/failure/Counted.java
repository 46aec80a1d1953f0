package dev.strata.executor.failure;

import java.util.List;

/**
 * Numbers with what they count, as people write them: {@code 1 epoch}, {@code 12 epochs}, {@code a,
 * b and 3 more}.
 */
public final class Counted {
  private Counted() {}

  /**
   * @param one the noun of one, whose plural ends in s
   */
  public static String of(long count, String one) {
    return of(count, one, one + "s");
  }

  /**
   * The first of some names: {@code a, b and 3 more}.
   *
   * @param most so many are named, at least 1
   */
  public static String first(List<String> names, int most) {
    return first(names, most, ", ");
  }

  /** As above, {@code a; b; and 3 more} where names have commas themselves. */
  public static String first(List<String> names, int most, String between) {
    int more = names.size() - most;
    String named = String.join(between, names.subList(0, Math.min(names.size(), most)));
    return more > 0
        ? named + (between.equals(", ") ? " " : between) + "and " + more + " more"
        : named;
  }

  /**
   * @param one the noun of one
   * @param more the noun of any other number
   */
  public static String of(long count, String one, String more) {
    return count + " " + (count == 1 ? one : more);
  }
}
