package dev.strata.driver.source;

import dev.strata.driver.file.ParquetColumns;
import dev.strata.driver.file.ParquetColumns.Footer;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Parquet files without columns that Spark cannot read: it reads the files if it is told which
 * other columns they have. The columns left out are there all the same, empty, under their names,
 * so that settings may name them.
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
    Map<String, Optional<StructField>> columns = columns(left);
    StructType schema = new StructType();
    for (Optional<StructField> column : columns.values()) {
      schema = column.isPresent() ? schema.add(column.get()) : schema;
    }
    Dataset<Row> rows = reading.apply(Optional.of(schema));
    List<Column> selected = new ArrayList<>();
    columns.forEach(
        (name, field) ->
            selected.add(
                field.isPresent()
                    ? SourceColumns.column(name)
                    : functions.lit(null).cast("string").as(name)));
    for (String name : rows.columns()) {
      // Spark adds those that the names of folders tell.
      if (!columns.containsKey(name)) {
        selected.add(SourceColumns.column(name));
      }
    }
    notice.accept(
        "Columns that Spark cannot read, left out as data.exclude says: "
            + String.join(", ", left)
            + ".");
    return rows.select(selected.toArray(Column[]::new));
  }

  /** By name, in the order of the files; empty: left out. */
  private Map<String, Optional<StructField>> columns(List<String> left) {
    var converter = new ParquetToSparkSchemaConverter(spark.sessionState().conf());
    Map<String, Optional<StructField>> all = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, StructType> known = new LinkedHashMap<>();
    for (Footer footer : ParquetColumns.footers(spark, files)) {
      if (footer.text().isEmpty()) {
        continue;
      }
      MessageType schema = MessageTypeParser.parseMessageType(footer.text());
      StructType read =
          known.computeIfAbsent(footer.text(), text -> converter.convert(rest(schema, left)));
      for (Type field : schema.getFields()) {
        if (left.contains(field.getName())) {
          all.put(field.getName(), Optional.empty());
        }
        all.computeIfAbsent(field.getName(), name -> Optional.of(read.apply(name)));
      }
      for (StructField field : read.fields()) {
        String before =
            names.putIfAbsent(
                field.name().toLowerCase(Locale.ROOT), field.dataType().simpleString());
        if (before != null && !before.equals(field.dataType().simpleString())) {
          throw differs(
              key,
              footer.file(),
              field.name() + " of type " + field.dataType().simpleString(),
              before);
        }
      }
    }
    return all;
  }

  private static MessageType rest(MessageType schema, List<String> left) {
    return new MessageType(
        schema.getName(),
        schema.getFields().stream().filter(field -> !left.contains(field.getName())).toList());
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
