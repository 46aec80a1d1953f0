package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.random.RandomStream;

/**
 * Pairs of neighbouring words of one column that differ, chosen uniformly and without overlap,
 * change places. Rows with too few pairs are not changed.
 *
 * @param count of the pairs
 */
public record SwapWords(int count) implements CorruptionSpec {
  public static final String TYPE = "swap-words";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Numbers.atLeastOne(at + ".count", count, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    Words.require(at, this, facts);
    return new Swapping(count, facts.width(), facts.separator());
  }

  private static final class Swapping implements Corruption {
    private final int count;
    private final int separator;
    private final int[] pairs;
    private final boolean[] taken;

    Swapping(int count, int length, int separator) {
      this.count = count;
      this.separator = separator;
      this.pairs = new int[length];
      this.taken = new boolean[length + 1];
    }

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      int words = Words.count(row);
      int found = 0;
      for (int i = 0; i + 1 < words; i++) {
        taken[i] = false;
        taken[i + 1] = false;
        boolean within =
            !Words.isSeparator(row[i], separator) && !Words.isSeparator(row[i + 1], separator);
        if (within && row[i] != row[i + 1]) {
          pairs[found++] = i;
        }
      }
      random.choose(pairs, found, found);
      int chosen = 0;
      for (int i = 0; i < found && chosen < count; i++) {
        int place = pairs[i];
        if (!taken[place] && !taken[place + 1]) {
          taken[place] = true;
          taken[place + 1] = true;
          pairs[chosen++] = place;
        }
      }
      if (chosen < count) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        float word = row[pairs[i]];
        row[pairs[i]] = row[pairs[i] + 1];
        row[pairs[i] + 1] = word;
      }
      return true;
    }
  }
}
