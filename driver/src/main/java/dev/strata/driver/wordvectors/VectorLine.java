package dev.strata.driver.wordvectors;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a file of words' vectors.
 *
 * @param fields what blanks and tabs part
 * @param number of the line, from 1
 * @param width numbers that a vector should have
 */
record VectorLine(List<String> fields, long number, int width) {
  /** Byte order mark. */
  static final char MARK = '\uFEFF';

  static VectorLine of(String text, long number, int width) {
    List<String> fields = new ArrayList<>(width + 1);
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      // Only these: some files have words that are white space of other kinds.
      if (i == text.length() || text.charAt(i) == ' ' || text.charAt(i) == '\t') {
        // A word that is itself a blank leaves an empty field at the begin.
        if (i > begin || i == 0 && i < text.length()) {
          fields.add(text.substring(begin, i));
        }
        begin = i + 1;
      }
    }
    return new VectorLine(fields, number, width);
  }

  boolean isBlank() {
    return fields.stream().allMatch(String::isEmpty);
  }

  /** What stands before the vector. */
  String word() {
    return fields.size() == width + 1
        ? fields.get(0)
        : String.join(" ", fields.subList(0, Math.max(0, fields.size() - width)));
  }

  /** A field of the vector. */
  String field(int i) {
    return fields.get(fields.size() - width + i);
  }

  /**
   * Count of numbers after the word. A line with the expected number of fields is not examined. The
   * first field from the end that is not a number ends the vector, so that a word with blanks is
   * not mistaken for a wider vector.
   */
  int numbers() {
    int most = Math.max(0, fields.size() - 1);
    if (most <= width) {
      return most;
    }
    int count = 0;
    while (count < most && !Float.isNaN(number(fields.get(fields.size() - 1 - count)))) {
      count++;
    }
    return count;
  }

  /** Whether it is two counts, as the first line of word2vec and fastText. */
  boolean isHeader() {
    return fields.size() == 2 && fields.stream().allMatch(f -> f.matches("[0-9]{1,15}"));
  }

  long headerWidth() {
    return Long.parseLong(fields.get(1));
  }

  /** A decimal number; NaN for everything else, which Java would read in part (1f, 0x1p3). */
  static float number(String text) {
    try {
      char last = text.isEmpty() ? 'x' : text.charAt(text.length() - 1);
      return last <= '9' && last != '\0' && text.indexOf('x') < 0
          ? Float.parseFloat(text)
          : Float.NaN;
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }
}
