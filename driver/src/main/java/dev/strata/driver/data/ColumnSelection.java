package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageResize;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.RowLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Which columns of a source are features, and of what kind, width and order. */
final class ColumnSelection {
  private final DataSettings settings;
  private final Dataset<Row> rows;
  private final StructType schema;

  private ColumnSelection(DataSettings settings, Dataset<Row> rows) {
    this.settings = settings;
    this.rows = rows;
    this.schema = rows.schema();
  }

  /**
   * @throws StrataException (data) for a column that is absent or of a wrong width; (configuration)
   *     for one that cannot be a feature
   */
  static RowLayout of(DataSettings settings, Dataset<Row> rows) {
    return new ColumnSelection(settings, rows).layout();
  }

  /**
   * Numbers that the label has: 1 for a class, 0 without a label.
   *
   * @throws StrataException (data) where the source lacks the column; (configuration) where an
   *     array is to be a class
   */
  static int labelWidth(DataSettings settings, Dataset<Row> rows) {
    return new ColumnSelection(settings, rows).labelWidth();
  }

  /**
   * The features that the settings name.
   *
   * @throws StrataException as {@link #of}
   */
  static List<String> features(DataSettings settings, Dataset<Row> rows) {
    return new ColumnSelection(settings, rows).featureNames();
  }

  /** Numbers of an array column's first value; 0 for a column of single values. */
  static int arrayWidth(DataSettings settings, Dataset<Row> rows, StructField field) {
    DataType type = field.dataType();
    boolean single =
        !(type instanceof ArrayType)
            && !(type instanceof BinaryType)
            && !type.equals(SQLDataTypes.VectorType());
    return single ? 0 : new ColumnSelection(settings, rows).width(field, "data.features");
  }

  private RowLayout layout() {
    return settings.text().isPresent()
        ? layout(List.of(text(settings.text().get())))
        : layout(numbers());
  }

  private FeatureColumn text(TextSettings text) {
    String key = "data.text.column";
    StructField field = schema.fields()[SourceColumns.position(schema, text.column(), key)];
    if (!(field.dataType() instanceof StringType)) {
      throw StrataException.configuration("column " + text.column() + " holds no texts")
          .key(key)
          .found(field.dataType().simpleString())
          .expected("a column of type string")
          .build();
    }
    if (reserved().contains(text.column())) {
      throw StrataException.configuration(
              "the column of texts is also named as label, weight, group, split or id")
          .key(key)
          .found(text.column())
          .expected("a column with no other purpose")
          .build();
    }
    return FeatureColumn.text(text.column(), text.rule().length(), text.rule());
  }

  private List<FeatureColumn> numbers() {
    List<String> names = featureNames();
    List<String> categorical =
        SourceColumns.matching(settings.categorical(), names, names, "data.categorical");
    List<FeatureColumn> features = new ArrayList<>();
    for (String name : names) {
      features.add(feature(name, categorical.contains(name)));
    }
    boolean onlyImages = features.size() == 1 && features.get(0).kind() == ColumnKind.IMAGE;
    if (!onlyImages) {
      features.replaceAll(f -> f.kind() == ColumnKind.IMAGE ? f.as(ColumnKind.VECTOR) : f);
    }
    return features;
  }

  private RowLayout layout(List<FeatureColumn> features) {
    return new RowLayout(
            features,
            settings.label().orElse(null),
            settings.labelKind(),
            labelWidth(),
            LabelNames.mapping(settings),
            settings.weight().orElse(null),
            settings.missingValues(),
            settings.missing())
        .grouped(settings.group().orElse(null));
  }

  private List<String> featureNames() {
    List<String> all = SourceColumns.names(schema);
    Set<String> reserved = reserved();
    settings.id().forEach(name -> SourceColumns.position(schema, name, "data.id"));
    for (StructField field : schema.fields()) {
      if (field.metadata().contains(ImageSource.DESCRIPTION)) {
        reserved.add(field.name());
      }
    }
    List<String> free = all.stream().filter(n -> !reserved.contains(n)).toList();
    Set<String> excluded =
        new HashSet<>(SourceColumns.matching(settings.exclude(), all, all, "data.exclude"));
    List<String> names =
        SourceColumns.matching(settings.features(), free, all, "data.features").stream()
            .filter(n -> !excluded.contains(n))
            .toList();
    for (String name : names) {
      if (settings.label().stream().anyMatch(name::equals)
          || settings.weight().stream().anyMatch(name::equals)
          || settings.group().stream().anyMatch(name::equals)) {
        throw StrataException.configuration(
                "the label, the weight or the group is also named as a feature")
            .key("data.features")
            .found(name)
            .expected("feature columns only")
            .build();
      }
    }
    if (names.isEmpty()) {
      throw StrataException.data("no column of the source is a feature")
          .key("data.features")
          .found("columns " + String.join(", ", all))
          .expected("at least one that features names and exclude does not")
          .build();
    }
    return names;
  }

  /** Columns with another purpose. */
  private Set<String> reserved() {
    Set<String> reserved = new HashSet<>(settings.id());
    reserved.addAll(settings.ignored());
    settings.label().ifPresent(reserved::add);
    settings.weight().ifPresent(reserved::add);
    settings.split().column().ifPresent(reserved::add);
    settings.group().ifPresent(reserved::add);
    return reserved;
  }

  private FeatureColumn feature(String name, boolean categorical) {
    StructField field = schema.fields()[SourceColumns.position(schema, name, "data.features")];
    DataType type = field.dataType();
    if (categorical) {
      return new FeatureColumn(name, ColumnKind.CATEGORICAL, 1);
    }
    if (type instanceof NumericType || type instanceof StringType) {
      return new FeatureColumn(name, ColumnKind.NUMERIC, 1);
    }
    if (type instanceof BooleanType) {
      return new FeatureColumn(name, ColumnKind.BOOLEAN, 1);
    }
    boolean array = type instanceof ArrayType a && a.elementType() instanceof NumericType;
    boolean integers = type instanceof ArrayType a && a.elementType() instanceof IntegralType;
    if (type instanceof BinaryType || array || type.equals(SQLDataTypes.VectorType())) {
      boolean image = type instanceof BinaryType || integers;
      FeatureColumn column =
          new FeatureColumn(
              name, image ? ColumnKind.IMAGE : ColumnKind.VECTOR, width(field, "data.features"));
      return ImageSource.shape(field).map(shape -> shaped(column, shape)).orElse(column);
    }
    throw StrataException.configuration(
            "column " + name + " is of type " + type.simpleString() + " and cannot be a feature")
        .key("data.features")
        .found(type.simpleString())
        .expected("number, boolean, text, array of numbers, vector or binary; or data.exclude")
        .build();
  }

  /** Images of a known size, resized where the settings say so and it is not done on reading. */
  private FeatureColumn shaped(FeatureColumn column, List<Integer> shape) {
    Optional<ImageResize> resize =
        settings
            .images()
            .flatMap(ImageSettings::size)
            .filter(to -> !to.equals(shape.subList(0, 2)))
            .map(
                to ->
                    new ImageResize(
                        shape.get(0),
                        shape.get(1),
                        to.get(0),
                        to.get(1),
                        shape.size() < 3 ? null : shape.get(2)));
    if (resize.isEmpty()) {
      return new FeatureColumn(column.name(), column.kind(), column.width(), null, shape);
    }
    List<Integer> target = new ArrayList<>(shape);
    target.set(0, resize.get().toHeight());
    target.set(1, resize.get().toWidth());
    return new FeatureColumn(column.name(), column.kind(), resize.get().to(), resize.get(), target);
  }

  private int labelWidth() {
    if (settings.label().isEmpty()) {
      return 0;
    }
    int position = SourceColumns.position(schema, settings.label().get(), "data.label");
    StructField field = schema.fields()[position];
    boolean single =
        !(field.dataType() instanceof ArrayType)
            && !field.dataType().equals(SQLDataTypes.VectorType());
    if (!single && settings.labelKind() == LabelKind.CLASS) {
      throw StrataException.configuration("a class label is one value, not an array")
          .key("data.label-kind")
          .found("class, for a column of type " + field.dataType().simpleString())
          .expected("label-kind = value, or another column")
          .build();
    }
    return single ? 1 : width(field, "data.label");
  }

  /** Width of the first row that has a value: each other row is held against it. */
  private int width(StructField field, String key) {
    if (field.metadata().contains(IdxSource.WIDTH)) {
      return Math.toIntExact(field.metadata().getLong(IdxSource.WIDTH));
    }
    var column = functions.col("`" + field.name().replace("`", "``") + "`");
    List<Row> first = rows.select(column).where(column.isNotNull()).takeAsList(1);
    Object cell = first.isEmpty() ? null : first.get(0).get(0);
    int width = cell == null ? 0 : CellReader.length(cell);
    if (width < 1) {
      throw StrataException.data("column " + field.name() + " has no numbers in its first row")
          .key(key)
          .found(cell == null ? "no row with a value" : "an empty array")
          .expected("at least one number")
          .build();
    }
    if (cell instanceof SparseVector && width > settings.densifyLimit()) {
      throw StrataException.data(
              "column " + field.name() + " is a sparse vector too wide to be made dense")
          .key("data.densify-limit")
          .found(width + " elements")
          .expected("at most " + settings.densifyLimit())
          .build();
    }
    return width;
  }
}
