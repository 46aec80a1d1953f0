package dev.strata.executor.network;

import java.io.Serializable;

/**
 * What a network takes of a row.
 *
 * @param width elements of the row; of text the positions, each with a word's id; 0 where the data
 *     have not been looked at
 * @param vocabulary number of ids of text, padding and the unknown word included; 0 for rows of
 *     numbers
 */
public record NetworkInput(int width, int vocabulary) implements Serializable {
  /** Rows of numbers. */
  public static NetworkInput numbers(int width) {
    return new NetworkInput(width, 0);
  }

  /** Rows of words' ids. */
  public static NetworkInput text(int length, int vocabulary) {
    return new NetworkInput(length, vocabulary);
  }

  boolean holdsText() {
    return vocabulary > 0;
  }
}
