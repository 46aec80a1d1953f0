package dev.strata.executor.preprocess;

import java.io.Serializable;

/**
 * Conversion of a text to a fixed number of word ids: the keys {@code data.text}.
 *
 * @param tokenizer how a text is split into words
 * @param lowerCase whether words are converted to lower case
 * @param minCount words that training texts have less often are the unknown word
 * @param maxSize vocabulary size: number of most frequent words to keep; 0: all
 * @param length positions of a row; 0: those of the longest training text. Texts of several columns
 *     have one position more for each separator
 * @param tooLong what becomes of texts with more words
 * @param empty what becomes of texts without any word
 */
public record TextRule(
    Words tokenizer,
    boolean lowerCase,
    long minCount,
    int maxSize,
    int length,
    TooLong tooLong,
    Empty empty)
    implements Serializable {
  /**
   * The defaults of the keys: words by Unicode's boundaries, in lower case, all of them in the
   * vocabulary; the length of the longest training text; longer texts are truncated, texts without
   * words are an error.
   */
  public static TextRule defaults() {
    return new TextRule(Words.UNICODE, true, 1, 0, 0, TooLong.TRUNCATE, Empty.ERROR);
  }

  /** How a text is split into words. */
  public enum Words {
    /**
     * Letters and digits between the word boundaries of Unicode Standard Annex 29, as Lucene's
     * standard tokenizer finds them; marks and signs are no words.
     */
    UNICODE,
    /** Whatever stands between white space, for texts that are tokenised already. */
    WHITESPACE
  }

  /** Texts with more words than positions. */
  public enum TooLong {
    /** The words behind the last position are left out. */
    TRUNCATE,
    ERROR
  }

  /** Texts without words. */
  public enum Empty {
    ERROR,
    /** The row is left out and counted. */
    DROP
  }
}
