package dev.strata.bench.auxiliary;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Interpolated Kneser–Ney bigram model of sentences (Kneser and Ney 1995; Chen and Goodman 1999,
 * equation 19): {@code p(w | v) = max(c(v w) − D, 0) / c(v) + D n(v) / c(v) · q(w)}, where n(v) is
 * the number of different words after v. q is the share of different words before w, discounted and
 * interpolated with the uniform distribution in the same way. Each discount is {@code n₁ / (n₁ + 2
 * n₂)} of the counts it is taken off. A sentence has a mark at either end.
 */
final class KneserNeyBigram {
  private static final int BEGIN = -1;
  private static final int END = -2;

  private final Map<Long, Integer> pairs = new HashMap<>();
  private final Counts first = new Counts();
  private final Counts followers = new Counts();
  private final Counts preceding = new Counts();
  private final double discount;
  private final double lowerDiscount;
  private final int words;

  /** How often each number occurs. */
  private static final class Counts {
    private final Map<Integer, Integer> counts = new HashMap<>();
    private long sum;

    void add(int number, int count) {
      counts.merge(number, count, Integer::sum);
      sum += count;
    }

    int of(int number) {
      return counts.getOrDefault(number, 0);
    }
  }

  /**
   * @param sentences numbers of their words, none below 0
   * @param words that there are, the mark at the end not counted
   */
  KneserNeyBigram(List<int[]> sentences, int words) {
    // The mark at the end can follow as well.
    this.words = words + 1;
    for (int[] sentence : sentences) {
      int before = BEGIN;
      for (int word : sentence) {
        pairs.merge(key(before, word), 1, Integer::sum);
        before = word;
      }
      pairs.merge(key(before, END), 1, Integer::sum);
    }
    pairs.forEach(
        (pair, count) -> {
          first.add((int) (pair >> Integer.SIZE), count);
          followers.add((int) (pair >> Integer.SIZE), 1);
          preceding.add(pair.intValue(), 1);
        });
    this.discount = discount(pairs.values());
    this.lowerDiscount = discount(preceding.counts.values());
  }

  private static double discount(Iterable<Integer> counts) {
    int once = 0;
    int twice = 0;
    for (int count : counts) {
      once += count == 1 ? 1 : 0;
      twice += count == 2 ? 1 : 0;
    }
    return once == 0 ? 0.5 : once / (once + 2.0 * twice);
  }

  /** Natural logarithm of the sentence's probability. */
  double logProbability(int[] sentence) {
    double sum = 0;
    int before = BEGIN;
    for (int word : sentence) {
      sum += Math.log(probability(before, word));
      before = word;
    }
    return sum + Math.log(probability(before, END));
  }

  double probability(int before, int word) {
    int seen = first.of(before);
    if (seen == 0) {
      return lower(word);
    }
    int together = pairs.getOrDefault(key(before, word), 0);
    return (Math.max(together - discount, 0) + discount * followers.of(before) * lower(word))
        / seen;
  }

  private double lower(int word) {
    double kinds = preceding.counts.size();
    return (Math.max(preceding.of(word) - lowerDiscount, 0) + lowerDiscount * kinds / words)
        / preceding.sum;
  }

  private static long key(int before, int word) {
    return (long) before << Integer.SIZE | word & 0xFFFFFFFFL;
  }
}
