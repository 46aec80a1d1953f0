package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.random.RandomStream;

/**
 * A {@link Corruption} that users wrote. What it throws, and rows that no network could take, are
 * told by the name of its class: in the middle of training they would look like a fault of Strata.
 */
final class CheckedCorruption implements Corruption {
  private final String at;
  private final String className;
  private final Corruption own;
  private final int words;
  private final int separator;

  /**
   * @param at full key of the element that names the class
   */
  CheckedCorruption(String at, String className, Corruption own, RowFacts facts) {
    this.at = at;
    this.className = className;
    this.own = own;
    this.words = facts.wordCounts().length;
    this.separator = facts.separator();
  }

  @Override
  public boolean corrupt(float[] row, RandomStream random) {
    int separators = separators(row);
    boolean changed;
    try {
      changed = own.corrupt(row, random);
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw StrataException.configuration("your corruption class failed")
          .key(at + ".class")
          .found(className + ": " + e)
          .cause(e)
          .build();
    }
    for (int i = 0; changed && i < row.length; i++) {
      if (words > 0 ? !isWord(row, i) : !Float.isFinite(row[i])) {
        throw unusable(row[i] + " in element " + i);
      }
    }
    if (changed && separators(row) != separators) {
      throw unusable(separators(row) + " separators, not " + separators);
    }
    return changed;
  }

  /** Separators between the texts of columns. */
  private int separators(float[] row) {
    int count = 0;
    for (float id : row) {
      count += Words.isSeparator(id, separator) ? 1 : 0;
    }
    return count;
  }

  /** A known id; padding only after the last word, and at least one word. */
  private boolean isWord(float[] row, int i) {
    boolean padding = row[i] == Vocabulary.PADDING;
    boolean behindPadding = i > 0 && row[i - 1] == Vocabulary.PADDING;
    boolean known = row[i] == (int) row[i] && row[i] >= 0 && row[i] < words;
    return known && (padding ? i > 0 : !behindPadding);
  }

  private StrataException unusable(String found) {
    return StrataException.configuration("your corruption class returned an invalid row")
        .key(at + ".class")
        .found(className + ": " + found)
        .expected(
            words > 0
                ? "word ids, 1 to "
                    + (words - 1)
                    + ", then padding with 0"
                    + (separator > 0 ? "; as many separators, id " + separator + ", as before" : "")
                : "finite numbers")
        .build();
  }
}
