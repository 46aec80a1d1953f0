package dev.strata.driver.data;

import static dev.strata.driver.data.SourceReader.CORRUPT_RECORD;

import dev.strata.executor.failure.StrataException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CSV: every column a text, the header taken for the names of the columns, ragged rows kept for the
 * error.
 */
final class CsvSource {
  private CsvSource() {}

  static Dataset<Row> read(
      SparkSession spark,
      List<String> columnNames,
      Map<String, String> given,
      List<FileStatus> files,
      String[] paths) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.put("header", "true");
    if (files.stream().allMatch(f -> f.getPath().getName().contains(".tsv"))) {
      options.put("sep", "\t");
    }
    options.putAll(given);
    options.put("inferSchema", "false");
    options.put("mode", "PERMISSIVE");
    if (files.stream().allMatch(f -> f.getLen() == 0)) {
      throw StrataException.data("the file is empty")
          .file(files.get(0).getPath())
          .expected("CSV rows")
          .build();
    }
    String[] names = spark.read().options(options).csv(paths).columns();
    boolean named = !columnNames.isEmpty();
    if (named && columnNames.size() != names.length) {
      throw StrataException.data("the CSV has another number of columns than data.column-names")
          .key("data.column-names")
          .file(files.get(0).getPath())
          .found(names.length + " columns")
          .expected(columnNames.size() + " columns")
          .build();
    }
    StructType schema = new StructType();
    for (String name : named ? columnNames : List.of(names)) {
      schema = schema.add(name, DataTypes.StringType);
    }
    // Pruned columns would hide a ragged row, and a header in another order would mix columns up.
    return spark
        .read()
        .options(options)
        .option("enforceSchema", Boolean.toString(named))
        .option("columnPruning", "false")
        .option("columnNameOfCorruptRecord", CORRUPT_RECORD)
        .schema(schema.add(CORRUPT_RECORD, DataTypes.StringType))
        .csv(paths);
  }
}
