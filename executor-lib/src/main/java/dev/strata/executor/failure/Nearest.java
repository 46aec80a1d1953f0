package dev.strata.executor.failure;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The known word that a mistyped one most likely means: the one of least edit distance
 * (Levenshtein: insertions, deletions and substitutions, one each; upper and lower case are the
 * same), at most a third of the word's length or two.
 */
public final class Nearest {
  private Nearest() {}

  /**
   * Empty where no known word is near enough. Of several equally near ones: that of the same case,
   * then one that begins with the word, then the alphabetically first.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    LevenshteinDistance distance = new LevenshteinDistance(Math.max(2, word.length() / 3));
    String lower = word.toLowerCase(Locale.ROOT);
    record Candidate(String word, int distance, int sameCase) {}
    return known.stream()
        .map(
            k ->
                new Candidate(
                    k,
                    distance.apply(lower, k.toLowerCase(Locale.ROOT)),
                    LevenshteinDistance.getDefaultInstance().apply(word, k)))
        // −1 where it is above the limit
        .filter(candidate -> candidate.distance() >= 0)
        .min(
            Comparator.comparingInt(Candidate::distance)
                .thenComparingInt(Candidate::sameCase)
                .thenComparing(candidate -> !candidate.word().startsWith(word))
                .thenComparing(Candidate::word))
        .map(Candidate::word);
  }
}
