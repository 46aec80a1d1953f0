package dev.strata.executor.preprocess;

import java.io.Serializable;

/**
 * How a text becomes a fixed number of words' ids: the keys {@code data.text}.
 *
 * @param tokenizer what the words of a text are
 * @param lowerCase whether words are taken without capital letters
 * @param minCount words that training texts have less often are the unknown word
 * @param maxSize so many of the most frequent words are known; 0: all
 * @param length positions of a row; 0: words of the longest training text
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
  /** The defaults of the keys. */
  public static final TextRule DEFAULT =
      new TextRule(Words.UNICODE, true, 1, 0, 0, TooLong.TRUNCATE, Empty.ERROR);

  /** What the words of a text are. */
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
