package dev.strata.executor.preprocess;

import java.util.Arrays;

/**
 * How the texts of several columns share the positions of a row that are too few for all of their
 * words: the longest texts are cut first, down to a common length (max-min fairness; the strategy
 * {@code longest_first} of Hugging Face's tokenizers). A text keeps all of its words, or at least
 * the whole part of positions / texts.
 */
final class TextShares {
  private TextShares() {}

  /**
   * @param words of each text
   * @param positions for words
   * @return words that each text keeps, the first ones: all, or as many as there are positions.
   *     Positions that are left by the common length go to the first of the texts that are cut.
   */
  static int[] of(int[] words, int positions) {
    int[] ascending = words.clone();
    Arrays.sort(ascending);
    int left = positions;
    int texts = words.length;
    for (int length : ascending) {
      if ((long) length * texts > left) {
        return cut(words, left / texts, left % texts);
      }
      left -= length;
      texts--;
    }
    return words.clone();
  }

  private static int[] cut(int[] words, int length, int more) {
    int[] kept = new int[words.length];
    int rest = more;
    for (int i = 0; i < words.length; i++) {
      boolean longer = words[i] > length;
      kept[i] = longer ? length + (rest > 0 ? 1 : 0) : words[i];
      rest -= longer ? 1 : 0;
    }
    return kept;
  }
}
