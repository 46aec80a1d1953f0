package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Canonical texts as ids, one a position, and padding behind the last word. */
final class WordIds {
  private final FeatureColumn column;
  private final Map<String, Integer> ids = new HashMap<>();

  WordIds(FeatureColumn column, Vocabulary vocabulary) {
    this.column = column;
    for (int i = 0; i < vocabulary.words().size(); i++) {
      ids.put(vocabulary.words().get(i), Vocabulary.FIRST_WORD + i);
    }
  }

  /**
   * Writes the ids to {@code into[offset … offset + width)}.
   *
   * @param words as {@link WordReader} gives them, at least one
   * @throws StrataException (data) where the text has too many words and the rule does not cut it
   */
  void encode(String words, float[] into, int offset) {
    int width = column.width();
    int at = 0;
    int from = 0;
    while (from <= words.length() && at < width) {
      int blank = words.indexOf(' ', from);
      int to = blank < 0 ? words.length() : blank;
      into[offset + at++] = ids.getOrDefault(words.substring(from, to), Vocabulary.UNKNOWN);
      from = to + 1;
    }
    if (from <= words.length() && column.text().tooLong() == TextRule.TooLong.ERROR) {
      throw StrataException.data("column " + column.name() + " has a text with too many words")
          .key("data.text.length")
          .found(WordReader.count(words) + " words: " + start(words))
          .expected("at most " + width + " words; or data.text.too-long = truncate")
          .build();
    }
    Arrays.fill(into, offset + at, offset + width, Vocabulary.PADDING);
  }

  private static String start(String words) {
    return words.length() <= 100 ? words : words.substring(0, 100) + "…";
  }
}
