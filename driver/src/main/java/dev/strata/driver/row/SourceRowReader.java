package dev.strata.driver.row;

import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.PlainRow.Fate;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.RowLayout;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of a source as {@link PlainRow}s; used inside tasks. A value that is wrong, or missing where
 * the policy is {@code error}, is a data error that names the column, the row's content, its file
 * and what was found.
 */
public final class SourceRowReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RowLayout layout;
  private final FeatureColumn[] features;

  /** Of each feature's columns in the source: one, or those of joined texts. */
  private final int[][] positions;

  private final int label;
  private final int weight;
  private final int group;
  private final Map<String, String> mapping;
  private final CorruptRecords corrupt;
  private final boolean onlyImages;
  private final boolean onlyArrays;
  private final CellReader cells;
  private final SentenceReader sentences;
  private final TimeReader[] times;

  /** Reads some of the columns that another one has found. */
  private SourceRowReader(
      SourceRowReader whole,
      RowLayout layout,
      int[][] positions,
      int label,
      int weight,
      int group) {
    this.layout = layout;
    this.features = layout.features().toArray(FeatureColumn[]::new);
    this.positions = positions;
    this.label = label;
    this.weight = weight;
    this.group = group;
    this.mapping = whole.mapping;
    this.corrupt = whole.corrupt;
    this.onlyImages = features.length == 1 && features[0].kind() == ColumnKind.IMAGE;
    this.cells = whole.cells;
    this.sentences = sentences(layout, cells);
    this.times = times(features, cells);
    this.onlyArrays = false;
  }

  private SourceRowReader(StructType schema, RowLayout layout, FailureList problems) {
    this.layout = layout;
    this.features = layout.features().toArray(FeatureColumn[]::new);
    this.positions = positions(schema, layout, problems);
    this.label = position(schema, layout.label(), "data.label", problems);
    this.weight = position(schema, layout.weight(), "data.weight", problems);
    this.group = position(schema, layout.group(), "data.group", problems);
    requireTexts(schema, problems);
    this.mapping = PlainText.mapping(layout.labelMapping());
    this.corrupt = CorruptRecords.of(schema);
    this.onlyImages = features.length == 1 && features[0].kind() == ColumnKind.IMAGE;
    this.cells = new CellReader(layout.missingValues());
    this.sentences = sentences(layout, cells);
    this.times = times(features, cells);
    this.onlyArrays = isOnlyArrays(schema);
  }

  private static SentenceReader sentences(RowLayout layout, CellReader cells) {
    return layout.text().map(text -> new SentenceReader(text, cells)).orElse(null);
  }

  /** One for each column of dates or times; null for the others. */
  private static TimeReader[] times(FeatureColumn[] features, CellReader cells) {
    return Arrays.stream(features)
        .map(feature -> feature.kind().isTime() ? new TimeReader(feature, cells) : null)
        .toArray(TimeReader[]::new);
  }

  private static int[][] positions(StructType schema, RowLayout layout, FailureList problems) {
    Map<String, Integer> all = new HashMap<>();
    for (int i = 0; i < schema.size(); i++) {
      all.putIfAbsent(schema.fields()[i].name(), i);
    }
    List<String> absent = layout.sources().stream().filter(name -> !all.containsKey(name)).toList();
    if (!absent.isEmpty()) {
      problems.add(SourceColumns.absent(absent, SourceColumns.names(schema), "data.features"));
    }
    return layout.features().stream()
        .map(
            feature ->
                feature.sources().stream().mapToInt(name -> all.getOrDefault(name, -1)).toArray())
        .toArray(int[][]::new);
  }

  private static int position(StructType schema, String column, String key, FailureList problems) {
    return column == null ? -1 : SourceColumns.position(schema, column, key, problems);
  }

  private void requireTexts(StructType schema, FailureList problems) {
    for (int i = 0; i < features.length; i++) {
      if (features[i].kind() == ColumnKind.CATEGORICAL) {
        requireText(schema, positions[i][0], "data.categorical", problems);
      }
    }
    if (layout.labelKind() == LabelKind.CLASS) {
      requireText(schema, label, "data.label", problems);
    }
    requireText(schema, group, "data.group", problems);
  }

  private static void requireText(
      StructType schema, int position, String key, FailureList problems) {
    if (position >= 0) {
      problems.check(() -> TextColumns.require(schema, position, key));
    }
  }

  /**
   * Finds the layout's columns in the schema of a source.
   *
   * @throws StrataException (data) naming the columns that the source lacks; (configuration) naming
   *     those whose values cannot be categories, classes or groups
   */
  public static SourceRowReader of(StructType schema, RowLayout layout) {
    FailureList problems = new FailureList();
    SourceRowReader reader = new SourceRowReader(schema, layout, problems);
    problems.throwIfAny();
    return reader;
  }

  /** Readers that read one column each, the features first, then label, weight and group. */
  public List<SourceRowReader> single() {
    List<SourceRowReader> single = new ArrayList<>();
    for (int i = 0; i < features.length; i++) {
      for (int j = 0; j < positions[i].length; j++) {
        RowLayout one = layout.featuresOnly().with(List.of(features[i].only(j)));
        single.add(new SourceRowReader(this, one, new int[][] {{positions[i][j]}}, -1, -1, -1));
      }
    }
    RowLayout none = layout.with(List.of());
    single.add(new SourceRowReader(this, none, new int[0][], label, -1, -1));
    single.add(new SourceRowReader(this, none, new int[0][], -1, weight, -1));
    single.add(new SourceRowReader(this, none, new int[0][], -1, -1, group));
    return single;
  }

  /**
   * @throws StrataException (data) where the source could not read the row at all
   */
  public void requireSound(Row row) {
    corrupt.refuse(row);
  }

  /** Reads one row. Its fate says whether a policy of {@code drop} leaves it out. */
  public PlainRow read(Row row) {
    corrupt.refuse(row);
    String[] texts = new String[layout.texts()];
    byte[] bytes = imageBytes(row);
    double[] numbers = bytes == null ? new double[layout.numbers()] : null;
    boolean complete = true;
    if (bytes == null) {
      complete = readFeatures(row, numbers, texts);
    }
    boolean hasLabel = true;
    String labelClass = null;
    double[] labelValues = null;
    if (label >= 0 && layout.labelKind() == LabelKind.CLASS) {
      labelClass = labelText(row);
      hasLabel = labelClass != null;
    } else if (label >= 0) {
      labelValues = labelValues(row);
      hasLabel = labelValues != null;
    }
    if (!hasLabel && layout.missing().label() == MissingPolicy.Label.ERROR) {
      throw missing(
          row,
          layout.label(),
          row.get(label),
          "data.missing.label",
          "a label, or data.missing.label = drop");
    }
    Fate fate =
        !complete ? Fate.DROPPED_MISSING : hasLabel ? Fate.USED : Fate.DROPPED_LABEL_MISSING;
    return new PlainRow(
        bytes, numbers, texts, labelClass, labelValues, weightOf(row), groupOf(row), fate);
  }

  /**
   * The numbers of a row that has nothing but one array or vector of them, as the cell holds them:
   * {@code float[]} or {@code double[]}, of any length; null for any other row, and for one that
   * needs {@link #read}.
   *
   * @throws StrataException (data) where the source could not read the row at all
   */
  public Object array(Row row) {
    if (!onlyArrays) {
      return null;
    }
    corrupt.refuse(row);
    Object cell = row.get(positions[0][0]);
    Object numbers = cell instanceof DenseVector vector ? vector.values() : cell;
    return numbers instanceof float[] || numbers instanceof double[] ? numbers : null;
  }

  private static boolean isFloating(DataType type) {
    return type.equals(SQLDataTypes.VectorType())
        || type instanceof ArrayType array
            && (array.elementType().equals(DataTypes.FloatType)
                || array.elementType().equals(DataTypes.DoubleType));
  }

  /** Whether a row is one array, each of whose numbers stands for itself. */
  private boolean isOnlyArrays(StructType schema) {
    return features.length == 1
        && positions[0][0] >= 0
        && isFloating(schema.fields()[positions[0][0]].dataType())
        && (features[0].kind() == ColumnKind.VECTOR || features[0].kind() == ColumnKind.IMAGE)
        && features[0].resize() == null
        && label < 0
        && weight < 0
        && group < 0
        && layout.missingValues().isEmpty();
  }

  private byte[] imageBytes(Row row) {
    if (!onlyImages
        || !(row.get(positions[0][0]) instanceof byte[] bytes)
        || bytes.length != features[0].sourceWidth()) {
      return null;
    }
    return features[0].resize() == null ? bytes : features[0].resize().apply(bytes);
  }

  /** Returns whether nothing is missing that drops the row. */
  private boolean readFeatures(Row row, double[] numbers, String[] texts) {
    boolean complete = true;
    int number = 0;
    int text = 0;
    for (int i = 0; i < features.length; i++) {
      FeatureColumn feature = features[i];
      if (feature.kind() == ColumnKind.TEXT) {
        complete &= sentences.read(row, positions[i], texts, text);
        text += positions[i].length;
        continue;
      }
      Object cell = row.get(positions[i][0]);
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        texts[text] = cells.text(cell);
        complete &= texts[text] != null || missingCategory(row, feature, cell);
        text++;
        continue;
      }
      if (times[i] != null) {
        times[i].read(row, cell, numbers, number);
      } else {
        readNumbers(row, feature, cell, numbers, number);
      }
      for (int end = number + feature.width(); number < end; number++) {
        if (Double.isInfinite(numbers[number])) {
          throw bad(row, feature.name(), "an infinite number", numbers[number], "a finite number");
        }
        complete &= !Double.isNaN(numbers[number]) || missingNumber(row, feature, cell);
      }
    }
    return complete;
  }

  private void readNumbers(
      Row row, FeatureColumn feature, Object cell, double[] numbers, int offset) {
    if (feature.kind() == ColumnKind.NUMERIC || feature.kind() == ColumnKind.BOOLEAN) {
      numbers[offset] =
          cells
              .number(cell)
              .orElseThrow(
                  () ->
                      bad(
                          row,
                          feature.name(),
                          "text that is not a number",
                          cell,
                          "a number; or list the column in data.categorical, data.text.column or"
                              + " data.exclude"));
      return;
    }
    if (cell == null) {
      Arrays.fill(numbers, offset, offset + feature.width(), Double.NaN);
      return;
    }
    int length = CellReader.length(cell);
    if (length != feature.sourceWidth()) {
      throw bad(
          row,
          feature.name(),
          length < 0 ? "neither array nor vector" : "an array of a different length",
          length < 0 ? cell : length + " numbers",
          feature.sourceWidth() + " numbers, as in the other rows");
    }
    boolean resized = feature.resize() != null;
    double[] read = resized ? new double[length] : numbers;
    if (!cells.numbers(cell, read, resized ? 0 : offset)) {
      throw bad(
          row, feature.name(), "an array with an element that is not a number", cell, "numbers");
    }
    if (resized) {
      System.arraycopy(feature.resize().apply(read), 0, numbers, offset, feature.width());
    }
  }

  private boolean missingNumber(Row row, FeatureColumn feature, Object cell) {
    if (layout.missing().numeric() == MissingPolicy.Numeric.ERROR) {
      throw missing(
          row,
          feature.name(),
          cell,
          "data.missing.numeric",
          "a number, or data.missing.numeric = mean, constant or drop");
    }
    return layout.missing().numeric() != MissingPolicy.Numeric.DROP;
  }

  private boolean missingCategory(Row row, FeatureColumn feature, Object cell) {
    if (layout.missing().categorical() == MissingPolicy.Categorical.ERROR) {
      throw missing(
          row,
          feature.name(),
          cell,
          "data.missing.categorical",
          "a category, or data.missing.categorical = category, most-frequent or drop");
    }
    return layout.missing().categorical() != MissingPolicy.Categorical.DROP;
  }

  private String labelText(Row row) {
    String text = cells.text(row.get(label));
    return text == null ? null : mapping.getOrDefault(text, text);
  }

  private double[] labelValues(Row row) {
    Object cell = row.get(label);
    double[] values = new double[layout.labelWidth()];
    int length = cell == null ? -1 : CellReader.length(cell);
    if (length >= 0) {
      if (length != values.length || !cells.numbers(cell, values, 0)) {
        throw bad(
            row, layout.label(), "a label of a different shape", cell, values.length + " numbers");
      }
    } else {
      String text = mapping.isEmpty() ? null : cells.text(cell);
      String mapped = text == null ? null : mapping.get(text);
      OptionalDouble number = cells.number(mapped == null ? cell : mapped);
      values[0] =
          number.orElseThrow(
              () -> bad(row, layout.label(), "a label that is not a number", cell, "a number"));
    }
    for (double value : values) {
      if (Double.isNaN(value)) {
        return null;
      }
      if (Double.isInfinite(value)) {
        throw bad(row, layout.label(), "an infinite label", value, "a finite number");
      }
    }
    return values;
  }

  private double weightOf(Row row) {
    if (weight < 0) {
      return 1.0;
    }
    Object cell = row.get(weight);
    double value = cells.number(cell).orElse(Double.NaN);
    if (!(value > 0) || Double.isInfinite(value)) {
      throw bad(row, layout.weight(), "an invalid weight", cell, "a number above 0");
    }
    return value;
  }

  private String groupOf(Row row) {
    if (group < 0) {
      return null;
    }
    Object cell = row.get(group);
    String text = cells.text(cell);
    if (text == null) {
      throw missing(row, layout.group(), cell, "data.group", "a group in every row");
    }
    return text;
  }

  private static StrataException missing(
      Row row, String column, Object cell, String key, String expected) {
    return StrataException.data("column " + column + " has a missing value")
        .key(key)
        .file(RowDescription.fileOrNull())
        .row(RowDescription.of(row))
        .found(RowDescription.ofMissing(cell))
        .expected(expected)
        .build();
  }

  static StrataException bad(Row row, String column, String what, Object found, String expected) {
    return StrataException.data("column " + column + " holds " + what)
        .file(RowDescription.fileOrNull())
        .row(RowDescription.of(row))
        .found(RowDescription.of(String.valueOf(found)))
        .expected(expected)
        .build();
  }
}
