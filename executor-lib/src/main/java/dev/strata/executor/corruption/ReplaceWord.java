package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;

/**
 * Words at distinct places, chosen uniformly, become other words (Collobert et al. 2011, section
 * 4): word v in place of x with probability {@code n_v^power / Σ_{u ≠ x} n_u^power}, n counted in
 * the training texts. Padding and the unknown word never come in; an unknown word may go out. The
 * separators of columns stay. Rows of fewer words are left as they are.
 *
 * @param count how many words of a row
 * @param power 1: as often as in the texts; 0: all alike; 0.75: in between
 */
public record ReplaceWord(int count, double power) implements CorruptionSpec {
  public static final String TYPE = "replace-word";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Numbers.atLeastOne(at + ".count", count, problems);
    problems.range(at + ".power", power, 0, Double.POSITIVE_INFINITY);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    Words.require(at, this, facts);
    double[] weights = new double[facts.wordCounts().length];
    for (int i = facts.firstWord(); i < weights.length; i++) {
      long n = facts.wordCounts()[i];
      weights[i] = n == 0 ? 0 : StrictMath.pow((double) n, power);
    }
    WeightedChoice choice = new WeightedChoice(weights);
    if (choice.choices() < 2) {
      throw StrataException.configuration("no word can be replaced by another word")
          .key("data.text.min-count")
          .found("a vocabulary of " + choice.choices() + " word")
          .expected("at least 2 frequent enough words")
          .build();
    }
    if (!choice.leavesOthers()) {
      throw StrataException.configuration(
              "the most frequent word leaves no probability for the others")
          .key(at + ".power")
          .found(power)
          .expected("a smaller power, such as 1.0")
          .build();
    }
    int[] places = new int[facts.width()];
    int separator = facts.separator();
    return (row, random) -> replace(row, separator, choice, places, random);
  }

  private boolean replace(
      float[] row, int separator, WeightedChoice choice, int[] places, RandomStream random) {
    if (!Words.choosePlaces(row, separator, places, count, 0, random)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      row[places[i]] = choice.draw((int) row[places[i]], random);
    }
    return true;
  }
}
