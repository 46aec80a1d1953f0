package dev.strata.executor.network;

import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Preprocessing;
import java.io.Serializable;
import java.util.List;

/**
 * Input of a network for a row.
 *
 * @param width elements of the row; of text the positions, each with a word's id; 0 where the data
 *     have not been looked at
 * @param vocabulary number of ids of text, padding and the unknown word included; 0 for rows of
 *     numbers
 * @param image how the row is an image; null where it is none, or of an unknown shape
 * @param likely as image; where the source tells no shape, a square of grey pixels if the row is
 *     one
 */
public record NetworkInput(int width, int vocabulary, ImageShape image, ImageShape likely)
    implements Serializable {
  /** Rows whose image shape, if they have one, is known. */
  public NetworkInput(int width, int vocabulary, ImageShape image) {
    this(width, vocabulary, image, image);
  }

  /** Rows that are no images, or of an unknown shape. */
  public NetworkInput(int width, int vocabulary) {
    this(width, vocabulary, null);
  }

  /** Rows of numbers. */
  public static NetworkInput numbers(int width) {
    return new NetworkInput(width, 0);
  }

  /** Rows of words' ids. */
  public static NetworkInput text(int length, int vocabulary) {
    return new NetworkInput(length, vocabulary);
  }

  /** Rows as this preprocessing makes them. */
  public static NetworkInput of(Preprocessing data) {
    List<FeatureColumn> features = data.layout().features();
    boolean alone = features.size() == 1;
    return new NetworkInput(
        data.inputWidth(),
        data.vocabularySize(),
        alone ? features.get(0).image().orElse(null) : null,
        alone ? features.get(0).imageOrSquare().orElse(null) : null);
  }

  boolean holdsText() {
    return vocabulary > 0;
  }
}
