package dev.strata.executor.failure;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The known word that a mistyped one most likely means: least optimal-string-alignment distance
 * (insertions, deletions, substitutions and swaps of neighbours, one each), at most a third of the
 * word's length and at least two.
 */
public final class Nearest {
  private Nearest() {}

  /**
   * Empty where nothing known is near enough; ties go to words that begin with it, then to the
   * alphabetically first.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    int limit = Math.max(2, word.length() / 3);
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= limit)
        .min(
            Comparator.comparingInt((String c) -> distance(word, c))
                .thenComparing(c -> !c.startsWith(word))
                .thenComparing(c -> c));
  }

  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(
                Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1),
                cost[i - 1][j - 1] + substitution);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
