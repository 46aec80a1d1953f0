package dev.strata.executor.preprocess;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The words that a network of text knows: word i of the list has the id {@link #FIRST_WORD} + i.
 * Ordered by their counts, the greatest first, and equal ones by their text.
 *
 * @param words known words
 * @param counts how often the training texts have each
 * @param unknown how often they have any other word
 * @param distinct how many different words they have
 * @param longest words of the longest of them
 * @param truncated how many of them have more words than a row has positions
 */
public record Vocabulary(
    List<String> words, List<Long> counts, long unknown, long distinct, int longest, long truncated)
    implements Serializable {
  /** Id of the positions behind a text's end. */
  public static final int PADDING = 0;

  /** Id of every word that is not known. */
  public static final int UNKNOWN = 1;

  /** Id of the most frequent word. */
  public static final int FIRST_WORD = 2;

  public Vocabulary {
    words = List.copyOf(words);
    counts = List.copyOf(counts);
  }

  /** Number of ids. */
  public int size() {
    return words.size() + FIRST_WORD;
  }

  /** How often training texts have each id; the padding 0 times. */
  public long[] countsById() {
    long[] all = new long[size()];
    all[UNKNOWN] = unknown;
    for (int i = 0; i < counts.size(); i++) {
      all[FIRST_WORD + i] = counts.get(i);
    }
    return all;
  }

  /** The word of each id, for people. */
  public List<String> wordsById() {
    List<String> all = new ArrayList<>(List.of("<padding>", "<unknown>"));
    all.addAll(words);
    return all;
  }

  /** Share of the training texts' words that are known. */
  public double coverage() {
    long known = counts.stream().mapToLong(Long::longValue).sum();
    return known + unknown == 0 ? 0 : (double) known / (known + unknown);
  }
}
