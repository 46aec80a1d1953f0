package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The words that a network of text knows: word i of the list has the id {@link #firstWord()} + i.
 * Ordered by their counts, the greatest first, and equal ones by their text.
 *
 * @param words known words
 * @param counts how often the training texts have each
 * @param unknown how often they have any other word
 * @param distinct how many different words they have
 * @param longest words of the longest of them, with the separators
 * @param truncated how many of them have more words than a row has positions
 * @param separators how often they have the separator, which stands between the texts of two
 *     columns; 0: texts of one column, which have no separator and no id for it
 */
public record Vocabulary(
    List<String> words,
    List<Long> counts,
    long unknown,
    long distinct,
    int longest,
    long truncated,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long separators)
    implements Serializable {
  /** Id of the positions behind a text's end. */
  public static final int PADDING = 0;

  /** Id of every word that is not known. */
  public static final int UNKNOWN = 1;

  /**
   * Id of the separator between the texts of two columns. No word has it: where rows are texts of
   * one column, it is the most frequent word's.
   */
  public static final int SEPARATOR = 2;

  public Vocabulary {
    words = List.copyOf(words);
    counts = List.copyOf(counts);
  }

  /** Of texts of one column. */
  public Vocabulary(
      List<String> words,
      List<Long> counts,
      long unknown,
      long distinct,
      int longest,
      long truncated) {
    this(words, counts, unknown, distinct, longest, truncated, 0);
  }

  /** Whether rows are texts of several columns, with separators between them. */
  public boolean separated() {
    return separators > 0;
  }

  /** Id of the most frequent word. */
  public int firstWord() {
    return separated() ? SEPARATOR + 1 : UNKNOWN + 1;
  }

  /** Number of ids. */
  public int size() {
    return words.size() + firstWord();
  }

  /** How often training texts have each id; the padding 0 times. */
  public long[] countsById() {
    long[] all = new long[size()];
    all[UNKNOWN] = unknown;
    if (separated()) {
      all[SEPARATOR] = separators;
    }
    for (int i = 0; i < counts.size(); i++) {
      all[firstWord() + i] = counts.get(i);
    }
    return all;
  }

  /** The word of each id, for people. */
  public List<String> wordsById() {
    List<String> all = new ArrayList<>(List.of("<padding>", "<unknown>"));
    if (separated()) {
      all.add("<separator>");
    }
    all.addAll(words);
    return all;
  }

  /** Share of the training texts' words that are known. */
  public double coverage() {
    long known = counts.stream().mapToLong(Long::longValue).sum();
    return known + unknown == 0 ? 0 : (double) known / (known + unknown);
  }
}
