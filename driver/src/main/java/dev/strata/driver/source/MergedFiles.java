package dev.strata.driver.source;

import dev.strata.driver.file.ClusterFailure;
import dev.strata.driver.file.FileGroups;
import dev.strata.driver.file.ParquetColumns;
import dev.strata.driver.file.ReadFailure;
import dev.strata.driver.file.SourceText;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Parquet and ORC files with the columns of all of them: Spark would take those of one file and
 * drop columns that only others have, without an error. A column is missing (null) in the rows of
 * files that lack it. Numbers of several types become one type that holds all of them ({@link
 * CommonType}); other differences are refused.
 *
 * <p>The schemas are read in one job over the files' footers. Only where types differ are files
 * tried in halves, so that files of one type are found together.
 */
final class MergedFiles {
  private static final String MERGE = "mergeSchema";

  /** More groups of files with types of their own than this are not looked for. */
  private static final int MOST_GROUPS = 64;

  private final SparkSession spark;
  private final String format;
  private final Map<String, String> options;

  private MergedFiles(SparkSession spark, String format, Map<String, String> options) {
    this.spark = spark;
    this.format = format;
    this.options = options;
  }

  /**
   * @param options where they have {@code mergeSchema}, Spark does what it says
   * @param key names the source in errors
   * @throws StrataException (data) for a column whose types do not go together, with the files
   */
  static Dataset<Row> read(
      SparkSession spark,
      String format,
      Map<String, String> options,
      List<String> paths,
      int files,
      String key) {
    MergedFiles merged = new MergedFiles(spark, format, options);
    String[] all = paths.toArray(String[]::new);
    if (files == 1 || options.keySet().stream().anyMatch(MERGE::equalsIgnoreCase)) {
      return merged.reader(false).load(all);
    }
    try {
      return merged.reader(true).load(all);
    } catch (Exception e) {
      if (ClusterFailure.is(e) || ParquetColumns.isRefusal(e)) {
        throw e;
      }
      FileGroups groups = FileGroups.of(spark, options, paths);
      if (!isConflict(e)) {
        throw merged.broken(groups, groups.files(), e);
      }
      return merged.grouped(groups, key);
    }
  }

  /** The failure with its file, which Spark does not always name. */
  private StrataException broken(FileGroups groups, List<String> files, Exception thrown) {
    List<String> within = files;
    Exception failure = thrown;
    while (within.size() > 1) {
      List<String> half = within.subList(0, within.size() / 2);
      try {
        groups.schema(reader(true), format, half);
        within = within.subList(half.size(), within.size());
      } catch (Exception e) {
        within = half;
        failure = e;
      }
    }
    return ReadFailure.ofFile(failure, SourceText.path(within.get(0)).toString())
        .orElseThrow(() -> new IllegalStateException("a Spark job failed", thrown));
  }

  private DataFrameReader reader(boolean merge) {
    Map<String, String> reading = new TreeMap<>(options);
    if (merge) {
      reading.put(MERGE, "true");
    }
    return spark.read().format(format).options(reading);
  }

  /** Whether Spark cannot merge the schemas of the files. */
  private static boolean isConflict(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String text = String.valueOf(t.getMessage());
      boolean known =
          t instanceof SparkThrowable spark
              && String.valueOf(spark.getErrorClass()).startsWith("CANNOT_MERGE");
      if (known || text.contains("Failed to merge") || text.contains("Failed merging schema")) {
        return true;
      }
    }
    return false;
  }

  private Dataset<Row> grouped(FileGroups groups, String key) {
    Map<StructType, List<String>> bySchema = new LinkedHashMap<>();
    collect(groups, groups.files(), bySchema, key);
    Map<String, CommonType> types = new LinkedHashMap<>();
    for (Map.Entry<StructType, List<String>> group : bySchema.entrySet()) {
      for (StructField field : group.getKey().fields()) {
        String file = SourceText.path(group.getValue().get(0)).toString();
        types.merge(
            field.name(),
            CommonType.of(field.dataType(), file),
            (known, more) -> known.with(more, field.name(), key));
      }
    }
    Dataset<Row> all = null;
    for (List<String> files : bySchema.values()) {
      Dataset<Row> rows = groups.read(reader(true), format, files);
      List<Column> columns = new ArrayList<>();
      for (StructField field : rows.schema().fields()) {
        Optional<DataType> type =
            Optional.ofNullable(types.get(field.name())).map(CommonType::type);
        columns.add(CommonType.cast(field, type.orElse(field.dataType())));
      }
      Dataset<Row> part = rows.select(columns.toArray(Column[]::new));
      all = all == null ? part : all.unionByName(part, true);
    }
    return all;
  }

  /** Halves files until each half has schemas that go together. */
  private void collect(
      FileGroups groups, List<String> files, Map<StructType, List<String>> into, String key) {
    StructType schema;
    try {
      schema = groups.schema(reader(true), format, files);
    } catch (Exception e) {
      if (!isConflict(e) || files.size() == 1) {
        throw e;
      }
      int half = files.size() / 2;
      collect(groups, files.subList(0, half), into, key);
      collect(groups, files.subList(half, files.size()), into, key);
      return;
    }
    into.computeIfAbsent(schema, s -> new ArrayList<>()).addAll(files);
    if (into.size() > MOST_GROUPS) {
      throw StrataException.data("the files of the source have too many different schemas")
          .key(key + ".path")
          .file(SourceText.path(files.get(0)))
          .found("more than " + MOST_GROUPS)
          .expected("files with the same types; rewrite the table with Spark")
          .build();
    }
  }
}
