package dev.strata.driver.source;

import static dev.strata.driver.source.SourceReader.CORRUPT_RECORD;

import dev.strata.driver.csv.CsvConvention;
import dev.strata.driver.csv.CsvForm;
import dev.strata.driver.csv.CsvForms;
import dev.strata.driver.csv.CsvScan;
import dev.strata.driver.csv.CsvScan.Head;
import dev.strata.driver.file.FileGroups;
import dev.strata.driver.file.Opening;
import dev.strata.driver.file.SourceText;
import dev.strata.driver.row.CorruptRecords;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * CSV: every column is text, the header gives the columns' names, ragged rows are kept for the
 * error. Before Spark reads the files, Strata examines each for its header and for its convention
 * of quotes and line breaks in quoted fields ({@link CsvForms}). Files with the same header and
 * convention are read together.
 */
public final class CsvSource {
  private final Opening opening;
  private final SparkSession spark;
  private final Map<String, String> options;
  private final List<String> columnNames;
  private final Consumer<String> notice;

  private CsvSource(Opening opening, Map<String, String> options) {
    this.opening = opening;
    this.spark = opening.spark();
    this.options = options;
    this.columnNames = opening.names();
    this.notice = opening.notice();
  }

  static Dataset<Row> read(Opening opening, List<FileStatus> files) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.put("header", "true");
    if (files.stream().allMatch(f -> f.getPath().getName().contains(".tsv"))) {
      options.put("sep", "\t");
    }
    options.putAll(opening.options());
    options.put("inferSchema", "false");
    options.put("mode", "PERMISSIVE");
    if (files.stream().allMatch(f -> f.getLen() == 0)) {
      throw StrataException.data("the file is empty")
          .file(files.get(0).getPath())
          .expected("CSV rows")
          .build();
    }
    return new CsvSource(opening, options).read(opening.paths());
  }

  /** Files with the same names of columns, in the same order, of one form. */
  private record Alike(List<String> names, CsvForm form) {}

  private Dataset<Row> read(List<String> paths) {
    CsvConvention convention = CsvConvention.of(options);
    FileGroups groups = FileGroups.of(spark, options, paths);
    CsvScan scan = new CsvScan(spark, convention, opening.lines());
    List<Head> heads = scan.heads(groups.files());
    List<CsvForm> forms =
        CsvForms.of(convention, scan, groups, heads, columnNames.size(), notice).forms();
    Map<Alike, List<String>> alike = new LinkedHashMap<>();
    List<String> first = null;
    String firstFile = null;
    for (int i = 0; i < heads.size(); i++) {
      if (!heads.get(i).isEmpty()) {
        String file = groups.files().get(i);
        List<String> names = names(heads.get(i), forms.get(i), convention, file, first == null);
        if (first == null) {
          first = names;
          firstFile = file;
        } else {
          requireSame(first, firstFile, names, file);
        }
        alike.computeIfAbsent(new Alike(names, forms.get(i)), n -> new ArrayList<>()).add(file);
      }
    }
    if (first == null) {
      throw StrataException.data("the file is empty")
          .file(SourceText.path(groups.files().get(0)))
          .expected("CSV rows")
          .build();
    }
    List<Dataset<Row>> parts = new ArrayList<>();
    for (Map.Entry<Alike, List<String>> each : alike.entrySet()) {
      DataFrameReader reader = reader(each.getKey(), groups.partitions(), convention);
      parts.add(
          alike.size() == 1
              ? reader.csv(paths.toArray(String[]::new))
              : groups.read(reader, "csv", each.getValue()));
    }
    return union(parts);
  }

  private DataFrameReader reader(Alike alike, List<StructField> partitions, CsvConvention rules) {
    StructType schema = new StructType();
    for (String name : alike.names()) {
      schema = schema.add(name, DataTypes.StringType);
    }
    for (StructField partition : partitions) {
      schema = schema.add(partition.name(), DataTypes.StringType);
    }
    Map<String, String> reading = new TreeMap<>(options);
    if (rules.quote() != 0) {
      reading.put("escape", String.valueOf(alike.form().escape()));
    }
    reading.put("multiLine", Boolean.toString(alike.form().multiLine()));
    // Spark's own limit is 20,480 columns.
    if (!reading.containsKey("maxColumns") && alike.names().size() > 10_000) {
      reading.put("maxColumns", Integer.toString(2 * alike.names().size()));
    }
    MetadataBuilder expected = new MetadataBuilder();
    expected.putString(CorruptRecords.EXPECTED_RECORD, alike.names().size() + " fields");
    if (!alike.form().multiLine() && rules.quote() != 0) {
      expected.putString(CorruptRecords.OPEN_QUOTE, String.valueOf(rules.quote()));
    }
    // Pruned columns would hide a ragged row; the headers are compared by now.
    return spark
        .read()
        .options(reading)
        .option("enforceSchema", "true")
        .option("columnPruning", "false")
        .option("columnNameOfCorruptRecord", CORRUPT_RECORD)
        .schema(schema.add(CORRUPT_RECORD, DataTypes.StringType, true, expected.build()));
  }

  private List<String> names(
      Head head, CsvForm form, CsvConvention rules, String file, boolean tell) {
    List<String> header = form.doubles(rules) ? head.doubled() : head.escaped();
    if (!columnNames.isEmpty()) {
      if (columnNames.size() != header.size()) {
        throw StrataException.data(
                "the CSV has a different number of columns than " + opening.namesKey())
            .key(opening.namesKey())
            .file(SourceText.path(file))
            .found(header.size() + " columns")
            .expected(columnNames.size() + " columns")
            .build();
      }
      return columnNames;
    }
    if (tell && rules.header()) {
      HeaderNames.doubt(header, rules.separator())
          .ifPresent(doubt -> notice.accept(SourceText.path(file) + ": " + doubt + "."));
    }
    boolean caseSensitive =
        Boolean.parseBoolean(spark.conf().get("spark.sql.caseSensitive", "false"));
    List<String> names =
        HeaderNames.of(
            rules.header() ? header : header.stream().map(n -> "").toList(), caseSensitive);
    if (tell && rules.header() && !names.equals(header)) {
      StringBuilder changed = new StringBuilder();
      for (int i = 0; i < names.size() && changed.length() < 200; i++) {
        if (!names.get(i).equals(header.get(i))) {
          String was = header.get(i).isEmpty() ? "unnamed" : header.get(i);
          changed
              .append(changed.length() == 0 ? "" : ", ")
              .append("column " + i + " (" + was + ") is named " + names.get(i));
        }
      }
      notice.accept(SourceText.path(file) + ": empty or repeated names in the header: " + changed);
    }
    return names;
  }

  private static void requireSame(
      List<String> first, String firstFile, List<String> names, String file) {
    List<String> missing = new ArrayList<>(first);
    missing.removeAll(names);
    List<String> more = new ArrayList<>(names);
    more.removeAll(first);
    if (!new HashSet<>(first).equals(new HashSet<>(names))) {
      String found =
          (missing.isEmpty() ? "" : "no column " + String.join(", ", missing))
              + (missing.isEmpty() || more.isEmpty() ? "" : "; ")
              + (more.isEmpty() ? "" : "also " + String.join(", ", more));
      throw StrataException.data("the CSV files of one source have different headers")
          .file(SourceText.path(file))
          .found(found)
          .expected(
              "the columns of " + SourceText.path(firstFile) + ": " + String.join(", ", first))
          .build();
    }
  }

  /** In the order of the first one's columns. */
  private static Dataset<Row> union(List<Dataset<Row>> parts) {
    Dataset<Row> all = parts.get(0);
    Column[] order =
        Arrays.stream(all.schema().fields())
            .map(f -> SourceColumns.column(f.name()))
            .toArray(Column[]::new);
    for (Dataset<Row> part : parts.subList(1, parts.size())) {
      all = all.union(part.select(order));
    }
    return all;
  }
}
