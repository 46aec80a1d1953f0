package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.random.RandomStream;

/** Where the words of a padded row are. */
final class Words {
  private Words() {}

  /** Words of the row, with the separators: elements before the first that pads. */
  static int count(float[] row) {
    int count = 0;
    while (count < row.length && row[count] != Vocabulary.PADDING) {
      count++;
    }
    return count;
  }

  /**
   * A uniform choice of distinct places of words, first of all in the array. Separators are no
   * words.
   *
   * @param spare words that are left besides
   * @return whether the row has as many words
   */
  static boolean choosePlaces(
      float[] row, int separator, int[] places, int count, int spare, RandomStream random) {
    int words = 0;
    for (int i = 0; i < row.length && row[i] != Vocabulary.PADDING; i++) {
      if (!isSeparator(row[i], separator)) {
        places[words++] = i;
      }
    }
    if (words < count + spare) {
      return false;
    }
    random.choose(places, words, count);
    return true;
  }

  /**
   * End of the text that begins at a place: the next separator, or the end of the words.
   *
   * @param words of the row
   */
  static int end(float[] row, int from, int words, int separator) {
    int end = from;
    while (end < words && !isSeparator(row[end], separator)) {
      end++;
    }
    return end;
  }

  /**
   * @param separator its id; 0 where rows have none
   */
  static boolean isSeparator(float id, int separator) {
    return separator > 0 && id == separator;
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
