package dev.strata.driver.source;

import dev.strata.driver.file.ParquetColumns;
import dev.strata.driver.file.SourceText;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Times in nanoseconds in Parquet files, as pandas writes them. Spark refuses a file that has any,
 * or reads them as whole numbers under a setting of the session ({@link #AS_NUMBERS}). Strata sets
 * it for the first such file and makes times of the numbers, cut to microseconds, which is what
 * Spark's times have. Which columns these are the footers tell, as the numbers do not.
 */
final class ParquetTimes {
  static final String AS_NUMBERS = "spark.sql.legacy.parquet.nanosAsLong";

  private final SparkSession spark;
  private final List<FileStatus> files;
  private final String key;
  private final Consumer<String> notice;
  private final UnaryOperator<List<String>> unread;

  /**
   * @param files below the source's paths, for errors
   * @param key of the source, for errors
   * @param notice takes a line for the user about columns that are cut or left out
   * @param unread selects, among names of columns, those that no setting uses
   */
  ParquetTimes(
      SparkSession spark,
      List<FileStatus> files,
      String key,
      Consumer<String> notice,
      UnaryOperator<List<String>> unread) {
    this.spark = spark;
    this.files = files;
    this.key = key;
    this.notice = notice;
    this.unread = unread;
  }

  /**
   * @param reading opens the files, with the columns given where some are; called again where Spark
   *     refuses them
   * @throws StrataException (data) that names all columns which Spark cannot read of a file, or
   *     columns with nanoseconds in one file and something else in another
   */
  Dataset<Row> read(Function<Optional<StructType>, Dataset<Row>> reading) {
    boolean theirs = Boolean.parseBoolean(spark.conf().get(AS_NUMBERS, "false").strip());
    if (!theirs) {
      try {
        return reading.apply(Optional.empty());
      } catch (Exception e) {
        if (!ParquetColumns.isRefusal(e)) {
          throw e;
        }
      }
      // It has to stay: Spark reads the rows later.
      spark.conf().set(AS_NUMBERS, "true");
    }
    try {
      return times(numbers(reading, theirs));
    } catch (Exception e) {
      if (!theirs) {
        spark.conf().set(AS_NUMBERS, "false");
      }
      throw e;
    }
  }

  /** The rows under the setting; where Spark cannot open them, what the footers tell of it. */
  private Dataset<Row> numbers(
      Function<Optional<StructType>, Dataset<Row>> reading, boolean theirs) {
    try {
      return reading.apply(Optional.empty());
    } catch (Exception e) {
      if (!theirs || ParquetColumns.isRefusal(e)) {
        List<Path> all = files.stream().map(FileStatus::getPath).toList();
        List<ParquetColumns> found = ParquetColumns.of(spark, all);
        refuse(found, "");
        requireAlike(all, nanoseconds(found));
        List<String> left = unread(found);
        if (!left.isEmpty() || found.stream().anyMatch(file -> !file.stored().isEmpty())) {
          Dataset<Row> rest = new ParquetRest(spark, all, key).without(left, reading, notice);
          if (!theirs && nanoseconds(found).isEmpty()) {
            spark.conf().set(AS_NUMBERS, "false");
          }
          return rest;
        }
      }
      throw e;
    }
  }

  private Dataset<Row> times(Dataset<Row> rows) {
    // Spark lists them in any order, and an error names the first one that differs.
    List<Path> read = Arrays.stream(rows.inputFiles()).map(SourceText::path).sorted().toList();
    List<ParquetColumns> found = ParquetColumns.of(spark, read);
    // Of those within others Spark makes numbers, too, which nothing would say.
    refuse(found, "TIMESTAMP(NANOS");
    Map<String, Boolean> columns = nanoseconds(found);
    if (columns.isEmpty()) {
      return rows;
    }
    requireAlike(read, columns);
    List<Column> selected = new ArrayList<>();
    List<String> cut = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      Boolean instant = columns.get(field.name().toLowerCase(Locale.ROOT));
      if (instant != null && field.dataType() instanceof LongType) {
        selected.add(time(field.name(), instant).as(field.name(), field.metadata()));
        cut.add(field.name());
      } else {
        selected.add(SourceColumns.column(field.name()));
      }
    }
    notice.accept("Times in nanoseconds, cut to microseconds: " + String.join(", ", cut) + ".");
    return rows.select(selected.toArray(Column[]::new));
  }

  /** Of the columns that Spark cannot read. */
  private List<String> unread(List<ParquetColumns> files) {
    return unread.apply(
        files.stream()
            .flatMap(file -> file.others().stream().map(ParquetColumns.Other::column))
            .distinct()
            .toList());
  }

  /** Names in lower case, and whether they are instants. */
  private Map<String, Boolean> nanoseconds(List<ParquetColumns> files) {
    Map<String, Boolean> all = new TreeMap<>();
    for (ParquetColumns file : files) {
      file.nanoseconds()
          .forEach(
              (name, instant) -> {
                Boolean before = all.putIfAbsent(name.toLowerCase(Locale.ROOT), instant);
                if (before != null && !before.equals(instant)) {
                  throw differs(
                      file.file(),
                      name + " of type TIMESTAMP(NANOS," + instant + ")",
                      "TIMESTAMP(NANOS," + before + ")");
                }
              });
    }
    return all;
  }

  /** Names the columns of the first file that has any whose description contains the text. */
  private void refuse(List<ParquetColumns> files, String text) {
    List<String> left = unread(files);
    for (ParquetColumns file : files) {
      String columns =
          file.others().stream()
              .filter(other -> other.text().contains(text) && !left.contains(other.column()))
              .map(ParquetColumns.Other::text)
              .collect(Collectors.joining(", "));
      if (!columns.isEmpty()) {
        throw StrataException.data("Spark cannot read a column of a Parquet file")
            .key(key)
            .file(file.file())
            .found(columns)
            .expected(
                "intervals as numbers, nested times and UUIDs as text; or the column in"
                    + " data.exclude")
            .build();
      }
    }
  }

  /** A number of another file would be taken for nanoseconds. */
  private void requireAlike(List<Path> read, Map<String, Boolean> columns) {
    if (columns.isEmpty()) {
      return;
    }
    for (ParquetColumns file : ParquetColumns.unlike(spark, read, columns.keySet())) {
      throw differs(file.file(), file.otherTexts(), "times in nanoseconds");
    }
  }

  private StrataException differs(String file, String found, String expected) {
    return ParquetRest.differs(key, file, found, expected);
  }

  private static Column time(String name, boolean instant) {
    String nanos = SourceColumns.quoted(name);
    // Spark's own division cuts towards zero.
    String micros = "(%1$s div 1000 - if(%1$s %% 1000 < 0, 1, 0))".formatted(nanos);
    return functions.expr(
        instant
            ? "timestamp_micros(" + micros + ")"
            : "timestamp_ntz'1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, cast(cast("
                + micros
                + " as decimal(18, 0)) / 1000000 as decimal(18, 6)))");
  }
}
