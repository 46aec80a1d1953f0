package dev.strata.api.corruption;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link RowCorruption} knows of the rows before it sees one.
 *
 * @param width elements of an encoded row
 * @param columns source columns of a table in the order of the row; empty for texts and images
 * @param wordCounts texts: how often the training texts have each word, by word id; otherwise empty
 * @param separator texts of several columns: the id between the texts of two columns; otherwise 0
 * @param imageShape images: height, width and channels (1 or 3), of rows whose pixels lie row by
 *     row from the top left with the channels of a pixel side by side; otherwise empty
 * @param options {@code options} of the class in the configuration
 */
public record CorruptionContext(
    int width,
    List<Column> columns,
    List<Long> wordCounts,
    int separator,
    List<Integer> imageShape,
    Map<String, String> options) {
  /** Copies all collections. */
  public CorruptionContext {
    columns = List.copyOf(columns);
    wordCounts = List.copyOf(wordCounts);
    imageShape = List.copyOf(imageShape);
    options = new TreeMap<>(options);
  }

  /** Without a separator. */
  public CorruptionContext(
      int width,
      List<Column> columns,
      List<Long> wordCounts,
      List<Integer> imageShape,
      Map<String, String> options) {
    this(width, columns, wordCounts, 0, imageShape, options);
  }

  /** Whether rows are word ids. */
  public boolean isText() {
    return !wordCounts.isEmpty();
  }

  /** Whether rows are pixels. */
  public boolean isImage() {
    return !imageShape.isEmpty();
  }

  /**
   * A source column within an encoded row; each number of a vector column is a column of its own.
   *
   * @param name of the source column
   * @param categorical whether its elements are one-hot: 1 for the row's category, 0 elsewhere;
   *     otherwise it is one scaled number
   * @param offset index of its first element
   * @param width number of its elements
   */
  public record Column(String name, boolean categorical, int offset, int width) {}
}
