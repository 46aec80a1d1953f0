package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Canonical texts as ids, one a position, a separator between the texts of two columns, and padding
 * behind the last word.
 */
final class WordIds {
  private final FeatureColumn column;
  private final Map<String, Integer> ids = new HashMap<>();

  WordIds(FeatureColumn column, Vocabulary vocabulary) {
    this.column = column;
    for (int i = 0; i < vocabulary.words().size(); i++) {
      ids.put(vocabulary.words().get(i), vocabulary.firstWord() + i);
    }
  }

  /**
   * Writes the ids to {@code into[offset … offset + width)}.
   *
   * @param texts of each column of the source, as {@link WordReader} gives them; at least one has a
   *     word
   * @throws StrataException (data) where they have too many words and the rule does not cut them
   */
  void encode(String[] texts, float[] into, int offset) {
    int separators = texts.length - 1;
    int[] kept = kept(texts, column.width() - separators);
    int at = offset;
    boolean whole = true;
    for (int i = 0; i < texts.length; i++) {
      if (i > 0) {
        into[at++] = Vocabulary.SEPARATOR;
      }
      String words = texts[i];
      int end = at + kept[i];
      int from = words.isEmpty() ? 1 : 0;
      while (from <= words.length() && at < end) {
        int blank = words.indexOf(' ', from);
        int to = blank < 0 ? words.length() : blank;
        into[at++] = ids.getOrDefault(words.substring(from, to), Vocabulary.UNKNOWN);
        from = to + 1;
      }
      whole &= from > words.length();
    }
    if (!whole && column.text().tooLong() == TextRule.TooLong.ERROR) {
      throw tooLong(texts, separators);
    }
    Arrays.fill(into, at, offset + column.width(), Vocabulary.PADDING);
  }

  /** Words that each text keeps, at most: one text is cut where its positions end. */
  private static int[] kept(String[] texts, int positions) {
    return texts.length == 1
        ? new int[] {positions}
        : TextShares.of(Arrays.stream(texts).mapToInt(WordReader::count).toArray(), positions);
  }

  private StrataException tooLong(String[] texts, int separators) {
    int words = Arrays.stream(texts).mapToInt(WordReader::count).sum();
    boolean joined = separators > 0;
    String counted = joined ? " words and " + separators + " separators: " : " words: ";
    return StrataException.data(
            (joined ? "columns " : "column ")
                + column.name()
                + (joined ? " have texts with too many words" : " has a text with too many words"))
        .key("data.text.length")
        .found(words + counted + start(String.join(" | ", texts)))
        .expected(
            "at most "
                + column.width()
                + (joined ? " words and separators" : " words")
                + "; or data.text.too-long = truncate")
        .build();
  }

  private static String start(String words) {
    return words.length() <= 100 ? words : words.substring(0, 100) + "…";
  }
}
