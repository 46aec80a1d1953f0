package dev.strata.driver.file;

import dev.strata.driver.spark.SparkCalls;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The files that Spark finds under paths, and groups of them read apart: a column that folders give
 * (such as {@code day=1}) stays one.
 */
public final class FileGroups {
  private final SparkSession spark;
  private final Map<String, String> options;
  private final List<String> paths;
  private final List<String> files;
  private final Dataset<Row> text;

  private FileGroups(SparkSession spark, Map<String, String> options, List<String> paths) {
    this.spark = spark;
    this.options = options;
    this.paths = paths;
    Map<String, String> reading = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    reading.putAll(options);
    reading.remove("wholetext");
    this.text = spark.read().options(reading).text(paths.toArray(String[]::new));
    this.files = Arrays.stream(text.inputFiles()).sorted().toList();
    if (files.isEmpty()) {
      throw StrataException.data(
              "the folder has files only in subfolders, which Spark does not read")
          .file(String.join(", ", paths))
          .found("files in folders with names other than COLUMN=VALUE")
          .expected(
              "the subfolders (FOLDER/* for all of them), or data.options.recursiveFileLookup ="
                  + " true")
          .build();
    }
  }

  /**
   * @param options of the reader; those that choose files count
   * @throws StrataException (data) where Spark finds none
   */
  public static FileGroups of(SparkSession spark, Map<String, String> options, List<String> paths) {
    return new FileGroups(spark, options, paths);
  }

  /** As {@code input_file_name()} names them, in the order of their paths. */
  public List<String> files() {
    return files;
  }

  /** Their lines, in a column {@code value}. */
  public Dataset<Row> lines() {
    return text;
  }

  /** Columns that the names of folders give, after those of the files. */
  public List<StructField> partitions() {
    return Arrays.stream(text.schema().fields()).skip(1).toList();
  }

  /** Some of the files. */
  public Dataset<Row> read(DataFrameReader reader, String format, List<String> some) {
    DataFrameReader exact = reader.format(format).option("__globPaths__", "false");
    Dataset<Row> rows = null;
    for (Map.Entry<String, List<String>> of : byRoot(some).entrySet()) {
      DataFrameReader rooted =
          of.getKey().isEmpty() ? exact : exact.option("basePath", of.getKey());
      Dataset<Row> part =
          rooted.load(
              of.getValue().stream()
                  .map(f -> SourceText.path(f).toString())
                  .toArray(String[]::new));
      rows = rows == null ? part : rows.union(part);
    }
    return rows;
  }

  /** The columns of some of the files, without those that folders give. */
  public StructType schema(DataFrameReader reader, String format, List<String> some) {
    return reader
        .format(format)
        .option("__globPaths__", "false")
        .load(some.stream().map(f -> SourceText.path(f).toString()).toArray(String[]::new))
        .schema();
  }

  /** Where folders give no columns it does not matter where they begin. */
  private Map<String, List<String>> byRoot(List<String> some) {
    Map<String, List<String>> byRoot = new LinkedHashMap<>();
    if (partitions().isEmpty() || options.containsKey("basePath")) {
      byRoot.put("", some);
      return byRoot;
    }
    List<String> roots = roots();
    for (String file : some) {
      String path = SourceText.path(file).toString();
      String root = roots.stream().filter(r -> path.startsWith(r + "/")).findFirst().orElse("");
      byRoot.computeIfAbsent(root, r -> new ArrayList<>()).add(file);
    }
    return byRoot;
  }

  private List<String> roots() {
    List<String> roots = new ArrayList<>();
    try {
      for (String path : paths) {
        Path pattern = new Path(path);
        FileStatus[] matches = Storage.of(pattern, SparkCalls.hadoop(spark)).globStatus(pattern);
        for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
          roots.add(match.getPath().toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return roots;
  }
}
