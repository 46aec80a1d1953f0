package dev.strata.executor.corruption;

import dev.strata.api.corruption.CorruptionContext;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Vocabulary;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Properties of the rows for corruptions.
 *
 * @param width elements of a row
 * @param columns of a table; empty for texts and images
 * @param wordCounts how often training texts have each word, by its number (0 pads, 1 unknown);
 *     empty where rows are not texts
 * @param separator number that stands between the texts of two columns; 0 where there is none
 * @param image how a row is seen as an image; null where it is not known to be one
 */
public record RowFacts(
    int width, List<TableColumn> columns, long[] wordCounts, int separator, ImageShape image)
    implements Serializable {
  public RowFacts {
    columns = List.copyOf(columns);
    wordCounts = wordCounts.clone();
    if (image != null && image.length() != width) {
      throw new IllegalArgumentException(image + " in rows of " + width + " elements");
    }
  }

  /**
   * Of rows as this preprocessing makes them: texts with their words' counts, the columns of a
   * table with what was counted, or an image where there is nothing but one whose shape is known,
   * or a square one.
   */
  public static RowFacts of(Preprocessing preprocessing) {
    Vocabulary vocabulary = preprocessing.vocabulary();
    if (vocabulary != null) {
      int width = preprocessing.inputWidth();
      return vocabulary.separated()
          ? ofJoinedTexts(width, vocabulary.countsById())
          : ofTexts(width, vocabulary.countsById());
    }
    List<FeatureColumn> features = preprocessing.layout().features();
    if (features.size() == 1 && features.get(0).kind() == ColumnKind.IMAGE) {
      FeatureColumn image = features.get(0);
      return image
          .imageOrSquare()
          .map(RowFacts::ofImages)
          .orElseGet(() -> ofTable(image.width(), List.of()));
    }
    return ofTable(preprocessing.inputWidth(), TableColumns.of(preprocessing));
  }

  /**
   * The same rows seen as images.
   *
   * @param key of the shape in the configuration
   * @throws StrataException (configuration) where a row has another number of elements, or is a
   *     text
   */
  public RowFacts seenAs(ImageShape shape, String key) {
    if (texts()) {
      throw StrataException.configuration("text rows are not images")
          .key(key)
          .found(shape.height() + " × " + shape.width() + " × " + shape.channels())
          .expected("[], because data.text.column makes rows of words")
          .build();
    }
    if (shape.length() != width) {
      throw StrataException.configuration("the rows are not images of that shape")
          .key(key)
          .found(shape.height() + " × " + shape.width() + " × " + shape.channels())
          .expected("a shape of " + width + " elements: height × width, or × channels")
          .build();
    }
    return new RowFacts(width, columns, wordCounts, separator, shape);
  }

  /** The same for a corruption that users wrote, with its options. */
  CorruptionContext context(Map<String, String> options) {
    return new CorruptionContext(
        width,
        columns.stream()
            .map(c -> new CorruptionContext.Column(c.name(), c.oneHot(), c.offset(), c.width()))
            .toList(),
        LongStream.of(wordCounts).boxed().toList(),
        separator,
        image == null ? List.of() : List.of(image.height(), image.width(), image.channels()),
        options);
  }

  /** Of texts of one column. */
  public static RowFacts ofTexts(int length, long[] wordCounts) {
    return new RowFacts(length, List.of(), wordCounts, 0, null);
  }

  /** Of texts of several columns. */
  public static RowFacts ofJoinedTexts(int length, long[] wordCounts) {
    return new RowFacts(length, List.of(), wordCounts, Vocabulary.SEPARATOR, null);
  }

  /** Of tables. */
  public static RowFacts ofTable(int width, List<TableColumn> columns) {
    return new RowFacts(width, columns, new long[0], 0, null);
  }

  /** Of images. */
  public static RowFacts ofImages(ImageShape shape) {
    return new RowFacts(shape.length(), List.of(), new long[0], 0, shape);
  }

  /**
   * Widths of the columns of a row, in order: of a table its source columns, elements that belong
   * to none being columns of their own; of texts and images each element.
   */
  public List<Integer> widths() {
    int[] of = new int[width];
    Arrays.fill(of, 1);
    spans().forEach(column -> of[column.offset()] = column.width());
    List<Integer> widths = new ArrayList<>();
    for (int at = 0; at < width; at += of[at]) {
      widths.add(of[at]);
    }
    return widths;
  }

  /** Where the columns of a table lie; empty for texts and images. */
  public List<ColumnSpan> spans() {
    return columns.stream()
        .filter(column -> column.width() > 0)
        .map(column -> new ColumnSpan(column.offset(), column.width(), column.oneHot()))
        .toList();
  }

  /** Number of the most frequent word of texts. */
  int firstWord() {
    return Math.max(Vocabulary.UNKNOWN, separator) + 1;
  }

  /** Whether rows are texts. */
  public boolean texts() {
    return wordCounts.length > 0;
  }
}
