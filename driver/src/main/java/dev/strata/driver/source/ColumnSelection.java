package dev.strata.driver.source;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.data.LabelNames;
import dev.strata.driver.data.TextSettings;
import dev.strata.driver.row.CellReader;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.TextColumns;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageResize;
import dev.strata.executor.preprocess.RowLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Which columns of a source are features, and of what kind, width and order. Everything that is
 * wrong with the columns is collected: (data) for a column that is absent or of a wrong width,
 * (configuration) for one that cannot be what it is named for.
 */
public final class ColumnSelection {
  private static final String TEXT_COLUMN = "data.text.column";

  private final DataSettings settings;
  private final Dataset<Row> rows;
  private final StructType schema;
  private final FailureList problems;

  private ColumnSelection(DataSettings settings, Dataset<Row> rows, FailureList problems) {
    this.settings = settings;
    this.rows = rows;
    this.schema = rows.schema();
    this.problems = problems;
  }

  /**
   * @throws StrataException that lists everything which is wrong with the columns
   */
  public static RowLayout of(DataSettings settings, Dataset<Row> rows) {
    FailureList problems = new FailureList();
    RowLayout layout = of(settings, rows, problems);
    problems.throwIfAny();
    return layout;
  }

  /** The layout of the columns that nothing is wrong with; what is wrong is added. */
  public static RowLayout of(DataSettings settings, Dataset<Row> rows, FailureList problems) {
    return new ColumnSelection(settings, rows, problems).layout();
  }

  /**
   * Numbers that the label has: 1 for a class, 0 without a label; empty where the column cannot be
   * the label, with the failure added.
   */
  public static OptionalInt labelWidth(
      DataSettings settings, Dataset<Row> rows, FailureList problems) {
    ColumnSelection selection = new ColumnSelection(settings, rows, problems);
    Optional<String> label = new RoleColumns(settings, rows.schema(), problems).label();
    return settings.label().isPresent() && label.isEmpty()
        ? OptionalInt.empty()
        : selection.labelWidth(label);
  }

  /** The features that the settings name and the source has; the others are added. */
  public static List<String> features(
      DataSettings settings, Dataset<Row> rows, FailureList problems) {
    return new ColumnSelection(settings, rows, problems).featureNames();
  }

  /**
   * Numbers of an array column's first value; 0 for a column of single values.
   *
   * @throws StrataException (data) where no row has a value
   */
  public static int arrayWidth(DataSettings settings, Dataset<Row> rows, StructField field) {
    DataType type = field.dataType();
    boolean single = !RoleColumns.isArray(type) && !(type instanceof BinaryType);
    return single
        ? 0
        : new ColumnSelection(settings, rows, new FailureList()).width(field, "data.features");
  }

  private RowLayout layout() {
    RoleColumns roles = new RoleColumns(settings, schema, problems);
    Optional<String> label = roles.label();
    OptionalInt labelWidth = labelWidth(label);
    boolean labelled = label.isPresent() && labelWidth.isPresent();
    Optional<String> weight = roles.weight();
    Optional<String> group = roles.group();
    roles.ids();
    List<FeatureColumn> features = settings.text().isPresent() ? texts() : numbers();
    return new RowLayout(
            features,
            labelled ? label.get() : null,
            settings.labelKind(),
            labelled ? labelWidth.getAsInt() : 0,
            problems.attempt(() -> LabelNames.mapping(settings)).orElse(Map.of()),
            weight.orElse(null),
            settings.missingValues(),
            settings.missing())
        .grouped(group.orElse(null));
  }

  /** One feature of all text columns. */
  private List<FeatureColumn> texts() {
    TextSettings texts = settings.text().orElseThrow();
    List<String> names = SourceColumns.names(schema);
    List<String> absent = texts.columns().stream().filter(name -> !names.contains(name)).toList();
    if (!absent.isEmpty()) {
      problems.add(SourceColumns.absent(absent, names, TEXT_COLUMN));
    }
    FailureList unusable = new FailureList();
    texts.columns().stream()
        .filter(names::contains)
        .forEach(name -> unusable.check(() -> requireText(name)));
    unusable.all().forEach(problems::add);
    return absent.isEmpty() && unusable.isEmpty()
        ? List.of(FeatureColumn.text(texts.columns(), texts.rule().length(), texts.rule()))
        : List.of();
  }

  private void requireText(String name) {
    DataType type = schema.apply(name).dataType();
    if (!(type instanceof StringType)) {
      throw StrataException.configuration("column " + name + " has no text")
          .key(TEXT_COLUMN)
          .found(type.simpleString())
          .expected("a column of type string")
          .build();
    }
    if (RoleColumns.reserved(settings).contains(name)) {
      throw StrataException.configuration(
              "the text column is also the label, weight, group, split or id")
          .key(TEXT_COLUMN)
          .found(name)
          .expected("a column without another purpose")
          .build();
    }
  }

  private List<FeatureColumn> numbers() {
    List<String> names = featureNames();
    // A misspelt label is reported as such, and its column not also as no feature.
    Set<String> meant = RoleColumns.meant(settings, SourceColumns.names(schema));
    List<String> categorical =
        SourceColumns.matching(settings.categorical(), names, names, "data.categorical", problems);
    List<FeatureColumn> features = new ArrayList<>();
    names = names.stream().filter(name -> !meant.contains(name)).toList();
    Map<String, ColumnKind> texts = textKinds(names, categorical);
    for (String name : names) {
      problems
          .attempt(() -> feature(name, categorical.contains(name), texts))
          .ifPresent(features::add);
    }
    boolean onlyImages = names.size() == 1 && features.size() == 1;
    boolean image = onlyImages && features.get(0).kind() == ColumnKind.IMAGE;
    if (!image) {
      features.replaceAll(f -> f.kind() == ColumnKind.IMAGE ? f.as(ColumnKind.VECTOR) : f);
    }
    return new ColumnScalings(settings.encodings().scalings(), problems).applied(features);
  }

  /** What columns of text hold, as far as the settings do not say it. */
  private Map<String, ColumnKind> textKinds(List<String> names, List<String> categorical) {
    List<String> texts =
        names.stream()
            .filter(name -> !categorical.contains(name))
            .filter(name -> schema.apply(name).dataType() instanceof StringType)
            .toList();
    return TextColumnKinds.of(settings, rows, texts, problems);
  }

  private List<String> featureNames() {
    List<String> all = SourceColumns.names(schema);
    Set<String> reserved = RoleColumns.reserved(settings);
    for (StructField field : schema.fields()) {
      if (field.metadata().contains(ImageSource.DESCRIPTION)) {
        reserved.add(field.name());
      }
    }
    List<String> free = all.stream().filter(n -> !reserved.contains(n)).toList();
    Set<String> excluded =
        new HashSet<>(
            SourceColumns.matching(settings.exclude(), all, all, "data.exclude", problems));
    FailureList absent = new FailureList();
    List<String> names =
        SourceColumns.matching(settings.features(), free, all, "data.features", absent).stream()
            .filter(n -> !excluded.contains(n))
            .toList();
    absent.all().forEach(problems::add);
    if (names.isEmpty() && absent.isEmpty()) {
      problems.add(
          StrataException.data("the source has no feature column")
              .key("data.features")
              .found("columns " + String.join(", ", all))
              .expected("at least one column in data.features that is not in data.exclude")
              .build());
    }
    List<String> twice = names.stream().filter(this::hasRole).toList();
    if (!twice.isEmpty()) {
      problems.add(
          StrataException.configuration("the label, weight or group column is also a feature")
              .key("data.features")
              .found(String.join(", ", twice))
              .expected("only feature columns")
              .build());
    }
    return names.stream().filter(n -> !twice.contains(n)).toList();
  }

  private boolean hasRole(String name) {
    return settings.label().stream().anyMatch(name::equals)
        || settings.weight().stream().anyMatch(name::equals)
        || settings.group().stream().anyMatch(name::equals);
  }

  private FeatureColumn feature(
      String name, boolean categorical, Map<String, ColumnKind> textKinds) {
    int position = SourceColumns.position(schema, name, "data.features");
    StructField field = schema.fields()[position];
    DataType type = field.dataType();
    if (categorical) {
      TextColumns.require(schema, position, "data.categorical");
      return new FeatureColumn(name, ColumnKind.CATEGORICAL, 1);
    }
    if (type instanceof NumericType) {
      return new FeatureColumn(name, ColumnKind.NUMERIC, 1);
    }
    if (type instanceof StringType) {
      ColumnKind kind = textKinds.getOrDefault(name, ColumnKind.NUMERIC);
      return kind.isTime() ? time(name, kind) : new FeatureColumn(name, kind, 1);
    }
    if (type instanceof DateType) {
      return time(name, ColumnKind.DATE);
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return time(name, ColumnKind.TIMESTAMP);
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
            "column " + name + " is of type " + type.simpleString() + ", which cannot be a feature")
        .key("data.features")
        .found(type.simpleString())
        .expected(
            "a number, boolean, string, date, timestamp, array of numbers, vector or binary column;"
                + " or list it in data.exclude")
        .build();
  }

  private FeatureColumn time(String name, ColumnKind kind) {
    FeatureColumn column = FeatureColumn.time(name, kind, settings.encodings().time());
    if (column.width() == 0) {
      throw StrataException.configuration("column " + name + " has dates, which have no hour")
          .key("data.time.parts")
          .found("hour")
          .expected("a part of dates as well; or list the column in data.exclude")
          .build();
    }
    return column;
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

  private OptionalInt labelWidth(Optional<String> label) {
    if (label.isEmpty()) {
      return OptionalInt.of(0);
    }
    StructField field = schema.fields()[SourceColumns.position(schema, label.get(), "data.label")];
    Optional<Integer> width =
        RoleColumns.isArray(field.dataType())
            ? problems.attempt(() -> width(field, "data.label"))
            : Optional.of(1);
    return width.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** Width of the first row that has a value: each other row is held against it. */
  private int width(StructField field, String key) {
    if (field.metadata().contains(IdxSource.WIDTH)) {
      return Math.toIntExact(field.metadata().getLong(IdxSource.WIDTH));
    }
    Column column = SourceColumns.column(field.name());
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
      throw StrataException.data("column " + field.name() + " is a sparse vector that is too wide")
          .key("data.densify-limit")
          .found(width + " elements")
          .expected("at most " + settings.densifyLimit())
          .build();
    }
    return width;
  }
}
