package dev.strata.executor.corruption;

import dev.strata.executor.preprocess.ImageShape;
import java.io.Serializable;
import java.util.List;

/**
 * What corruptions may know of the rows.
 *
 * @param width elements of a row
 * @param columns of a table; empty for texts and images
 * @param wordCounts how often training texts have each word, by its number (0 pads, 1 unknown);
 *     empty where rows are not texts
 * @param image how a row is seen as an image; null where it is not known to be one
 */
public record RowFacts(int width, List<TableColumn> columns, long[] wordCounts, ImageShape image)
    implements Serializable {
  /** Of the padding's and of the unknown words' number. */
  static final int FIRST_WORD = 2;

  public RowFacts {
    columns = List.copyOf(columns);
    wordCounts = wordCounts.clone();
    if (image != null && image.length() != width) {
      throw new IllegalArgumentException(image + " in rows of " + width + " elements");
    }
  }

  /** Of texts. */
  public static RowFacts ofTexts(int length, long[] wordCounts) {
    return new RowFacts(length, List.of(), wordCounts, null);
  }

  /** Of tables. */
  public static RowFacts ofTable(int width, List<TableColumn> columns) {
    return new RowFacts(width, columns, new long[0], null);
  }

  /** Of images. */
  public static RowFacts ofImages(ImageShape shape) {
    return new RowFacts(shape.length(), List.of(), new long[0], shape);
  }

  /** Whether rows are texts. */
  public boolean texts() {
    return wordCounts.length > 0;
  }
}
