package dev.strata.driver.source;

import dev.strata.driver.file.ParquetColumns;
import dev.strata.driver.file.ParquetColumns.Footer;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Parquet files with columns of types that Spark refuses. Spark checks these types only when it
 * infers the schema. Strata gives it the schema: Spark reads UUIDs as bytes, which become text, and
 * times of day as whole numbers, which become seconds since midnight. Strata leaves other such
 * columns out and puts an empty column of the same name in their place, so that settings may name
 * them.
 *
 * @param files of the source
 * @param key of the source, for errors
 */
record ParquetRest(SparkSession spark, List<Path> files, String key) {
  /**
   * @param left names of columns to leave out
   * @param reading opens the files with the columns given
   * @throws StrataException (data) for a column of one type in one file and another in another
   */
  Dataset<Row> without(
      List<String> left,
      Function<Optional<StructType>, Dataset<Row>> reading,
      Consumer<String> notice) {
    Map<String, Found> columns = columns(left);
    StructType schema = new StructType();
    for (Found column : columns.values()) {
      schema = column.read() == null ? schema : schema.add(column.read());
    }
    Dataset<Row> rows = reading.apply(Optional.of(schema));
    List<Column> selected = new ArrayList<>();
    columns.values().forEach(column -> selected.add(column.selected()));
    for (String name : rows.columns()) {
      // Spark adds those that the names of folders tell.
      if (!columns.containsKey(known(name))) {
        selected.add(SourceColumns.column(name));
      }
    }
    tell(notice, "UUIDs, read as text: ", columns, UUIDLogicalTypeAnnotation.class::isInstance);
    tell(
        notice,
        "Times of day, read as seconds since midnight: ",
        columns,
        TimeLogicalTypeAnnotation.class::isInstance);
    if (!left.isEmpty()) {
      notice.accept(
          "Columns that Spark cannot read, left out as data.exclude says: "
              + String.join(", ", left)
              + ".");
    }
    return rows.select(selected.toArray(Column[]::new));
  }

  private static void tell(
      Consumer<String> notice,
      String what,
      Map<String, Found> columns,
      Predicate<LogicalTypeAnnotation> which) {
    List<String> names =
        columns.values().stream()
            .filter(column -> which.test(column.type()))
            .map(Found::name)
            .toList();
    if (!names.isEmpty()) {
      notice.accept(what + String.join(", ", names) + ".");
    }
  }

  /**
   * A column of the files.
   *
   * @param read as Spark reads it; null: left out
   * @param type that Spark refuses; null where it does not
   */
  private record Found(String name, StructField read, LogicalTypeAnnotation type) {
    Column selected() {
      if (read == null) {
        return functions.lit(null).cast("string").as(name);
      }
      Column column = SourceColumns.column(name);
      if (type instanceof UUIDLogicalTypeAnnotation) {
        Column digits = functions.lower(functions.hex(column));
        return functions
            .regexp_replace(digits, "^(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-")
            .as(name);
      }
      if (type instanceof TimeLogicalTypeAnnotation time) {
        double second =
            switch (time.getUnit()) {
              case MILLIS -> 1e3;
              case MICROS -> 1e6;
              case NANOS -> 1e9;
            };
        return column.cast("double").divide(second).as(name);
      }
      return column;
    }

    /** For a comparison with that of another file. */
    String text() {
      return read == null
          ? "nothing that Spark reads"
          : type == null ? read.dataType().catalogString() : type.toString();
    }
  }

  /** How Spark tells names apart. */
  private String known(String name) {
    return spark.sessionState().conf().caseSensitiveAnalysis()
        ? name
        : name.toLowerCase(Locale.ROOT);
  }

  /** By {@link #known}, in the order of the files. */
  private Map<String, Found> columns(List<String> left) {
    Map<String, Found> all = new LinkedHashMap<>();
    Map<String, List<Found>> files = new HashMap<>();
    for (Footer footer : ParquetColumns.footers(spark, this.files)) {
      for (Found found : files.computeIfAbsent(footer.packed(), packed -> of(footer, left))) {
        Found before = all.putIfAbsent(known(found.name()), found);
        if (before != null && !before.text().equals(found.text())) {
          throw differs(
              key, footer.file(), found.name() + " of type " + found.text(), before.text());
        }
      }
    }
    return all;
  }

  private List<Found> of(Footer footer, List<String> left) {
    MessageType schema = footer.schema();
    StructType read =
        footer.spark().isEmpty()
            ? new ParquetToSparkSchemaConverter(spark.sessionState().conf())
                .convert(plain(schema, left))
            : (StructType) DataType.fromJson(footer.spark());
    List<Found> columns = new ArrayList<>();
    for (Type field : schema.getFields()) {
      String name = field.getName();
      LogicalTypeAnnotation type = field.getLogicalTypeAnnotation();
      columns.add(
          left.contains(name)
              ? new Found(name, null, null)
              : new Found(name, read.apply(name), ParquetColumns.isStored(type) ? type : null));
    }
    return columns;
  }

  /** What Spark converts: without columns left out, others as they are stored. */
  private static MessageType plain(MessageType schema, List<String> left) {
    return new MessageType(
        schema.getName(),
        schema.getFields().stream()
            .filter(field -> !left.contains(field.getName()))
            .map(ParquetRest::plain)
            .toList());
  }

  private static Type plain(Type field) {
    if (!ParquetColumns.isStored(field.getLogicalTypeAnnotation())) {
      return field;
    }
    PrimitiveType stored = field.asPrimitiveType();
    return Types.primitive(stored.getPrimitiveTypeName(), stored.getRepetition())
        .length(stored.getTypeLength())
        .named(stored.getName());
  }

  static StrataException differs(String key, String file, String found, String expected) {
    return StrataException.data("the type of a column differs between Parquet files")
        .key(key)
        .file(file)
        .found(found)
        .expected(expected + ", as in other files of the source; write all of them alike")
        .build();
  }
}
