package dev.strata.executor.failure;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The known word that a mistyped one most likely means: the one of least edit distance
 * (Levenshtein: insertions, deletions and substitutions, one each, and one where two neighbours are
 * swapped; upper and lower case are the same), at most a third of the word's length or two, and
 * less than one for each letter.
 */
public final class Nearest {
  private Nearest() {}

  /**
   * Empty where no known word is near enough. Of several equally near ones: that of the same case,
   * then one that begins with the word, then the alphabetically first.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    LevenshteinDistance limited = new LevenshteinDistance(Math.max(2, word.length() / 3));
    String lower = word.toLowerCase(Locale.ROOT);
    record Candidate(String word, int distance, int sameCase) {}
    return known.stream()
        .map(
            k ->
                new Candidate(
                    k,
                    distance(lower, k.toLowerCase(Locale.ROOT), limited),
                    distance(word, k, LevenshteinDistance.getDefaultInstance())))
        // −1 where it is above the limit
        .filter(candidate -> candidate.distance() >= 0)
        .filter(
            candidate -> candidate.distance() < Math.max(word.length(), candidate.word().length()))
        .min(
            Comparator.comparingInt(Candidate::distance)
                .thenComparingInt(Candidate::sameCase)
                .thenComparing(candidate -> !candidate.word().startsWith(word))
                .thenComparing(Candidate::word))
        .map(Candidate::word);
  }

  private static int distance(String a, String b, LevenshteinDistance otherwise) {
    return isSwapped(a, b) ? 1 : otherwise.apply(a, b);
  }

  /** Whether they differ by one swap of neighbouring letters. */
  private static boolean isSwapped(String a, String b) {
    int at = 0;
    while (at < Math.min(a.length(), b.length()) && a.charAt(at) == b.charAt(at)) {
      at++;
    }
    return a.length() == b.length()
        && at + 1 < a.length()
        && a.charAt(at) == b.charAt(at + 1)
        && a.charAt(at + 1) == b.charAt(at)
        && a.substring(at + 2).equals(b.substring(at + 2));
  }
}
