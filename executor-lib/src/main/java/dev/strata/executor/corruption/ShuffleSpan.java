package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.random.RandomStream;

/**
 * A span of words of one column, its place chosen uniformly among those where words differ, comes
 * in another order. A text that is shorter is shuffled as a whole; a row of texts of equal words is
 * left as it is.
 *
 * @param length words of the span
 */
public record ShuffleSpan(int length) implements CorruptionSpec {
  public static final String TYPE = "shuffle-span";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    if (length < 2) {
      problems.add(at + ".length", length, "at least 2");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    Words.require(at, this, facts);
    int[] places = new int[facts.width()];
    float[] before = new float[length];
    int separator = facts.separator();
    return (row, random) -> shuffle(row, separator, places, before, random);
  }

  private boolean shuffle(
      float[] row, int separator, int[] places, float[] before, RandomStream random) {
    int words = Words.count(row);
    int found = 0;
    for (int start = 0; start < words; ) {
      int end = Words.end(row, start, words, separator);
      int span = Math.min(length, end - start);
      for (int i = start; i + span <= end; i++) {
        if (mixed(row, i, span)) {
          places[found++] = i;
        }
      }
      start = end + 1;
    }
    if (found == 0) {
      return false;
    }
    int first = places[random.below(found)];
    int span = Math.min(length, Words.end(row, first, words, separator) - first);
    System.arraycopy(row, first, before, 0, span);
    do {
      for (int i = span - 1; i > 0; i--) {
        int j = first + random.below(i + 1);
        float word = row[first + i];
        row[first + i] = row[j];
        row[j] = word;
      }
    } while (same(row, first, before, span));
    return true;
  }

  private static boolean mixed(float[] row, int first, int span) {
    for (int i = first + 1; i < first + span; i++) {
      if (row[i] != row[first]) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(float[] row, int first, float[] before, int span) {
    for (int i = 0; i < span; i++) {
      if (row[first + i] != before[i]) {
        return false;
      }
    }
    return true;
  }
}
