package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.random.RandomStream;

/** Where the words of a padded row are. */
final class Words {
  private Words() {}

  /** Words of the row: elements before the first that pads. */
  static int count(float[] row) {
    int count = 0;
    while (count < row.length && row[count] != Vocabulary.PADDING) {
      count++;
    }
    return count;
  }

  /** A uniform choice of distinct places, first of all in the array. */
  static void choosePlaces(int[] places, int words, int count, RandomStream random) {
    for (int i = 0; i < words; i++) {
      places[i] = i;
    }
    random.choose(places, words, count);
  }

  /**
   * @throws StrataException (configuration) where rows are not texts
   */
  static void require(String at, CorruptionSpec spec, RowFacts facts) {
    if (!facts.texts()) {
      throw StrataException.configuration(
              "this corruption needs text, which the data does not have")
          .key(at + ".type")
          .found(spec.type())
          .expected("a corruption for tables or images; or set data.text.column")
          .build();
    }
  }
}
