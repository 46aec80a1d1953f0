package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.random.RandomStream;
import java.util.Arrays;

/**
 * Words at distinct places, chosen uniformly, are left out; those behind move up. One word at least
 * stays, and the separators of columns: shorter rows are left as they are.
 *
 * @param count how many words of a row
 */
public record DropWord(int count) implements CorruptionSpec {
  public static final String TYPE = "drop-word";

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
    int[] places = new int[facts.width()];
    int separator = facts.separator();
    return (row, random) -> drop(row, separator, places, random);
  }

  private boolean drop(float[] row, int separator, int[] places, RandomStream random) {
    if (!Words.choosePlaces(row, separator, places, count, 1, random)) {
      return false;
    }
    int words = Words.count(row);
    Arrays.sort(places, 0, count);
    int kept = 0;
    int next = 0;
    for (int i = 0; i < words; i++) {
      if (next < count && places[next] == i) {
        next++;
      } else {
        row[kept++] = row[i];
      }
    }
    Arrays.fill(row, kept, words, 0f);
    return true;
  }
}
