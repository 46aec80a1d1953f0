package dev.strata.driver.source;

import static dev.strata.driver.source.SourceReader.CORRUPT_RECORD;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.strata.driver.file.FileGroups;
import dev.strata.driver.file.Opening;
import dev.strata.driver.file.SourceText;
import dev.strata.driver.row.CorruptRecords;
import dev.strata.driver.row.RowDescription;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * JSON: one value a line; or one value, as a rule an array, over the lines of a file, which a file
 * tells by its first line. Spark reads the first value of such a file and passes over others in
 * silence: a file with several is refused.
 */
final class JsonSource {
  private static final String LINES = "lines";
  private static final String WHOLE = "whole";
  private static final String MORE = "more";

  /** A longer first line is a value of its own. */
  private static final int LONGEST = 1 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

  private JsonSource() {}

  static Dataset<Row> read(Opening opening) {
    SparkSession spark = opening.spark();
    List<String> paths = opening.paths();
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(opening.options());
    FileGroups groups = FileGroups.of(spark, options, paths);
    Set<String> whole = whole(spark, options, groups, opening.lines() == Opening.ALL);
    List<String> lines = groups.files().stream().filter(f -> !whole.contains(f)).toList();
    Dataset<Row> rows;
    if (whole.isEmpty() && opening.lines() < Opening.ALL) {
      rows = bounded(opening, options, groups);
    } else if (whole.isEmpty() || lines.isEmpty()) {
      rows = reader(spark, options, !whole.isEmpty()).json(paths.toArray(String[]::new));
    } else {
      rows = mixed(spark, options, groups, lines, whole.stream().sorted().toList());
    }
    if (!whole.isEmpty() && !options.containsKey("multiLine")) {
      List<String> files = whole.stream().sorted().map(f -> SourceText.path(f).toString()).toList();
      opening.notice().accept(Counted.first(files, 1) + ": JSON values span several lines.");
    }
    List<String> names = SourceColumns.names(rows.schema());
    if (names.size() == groups.partitions().size()) {
      throw StrataException.data("no JSON row has a field")
          .file(SourceText.path(groups.files().get(0)))
          .found(firstLine(spark, groups.files().get(0), SourceText.charset(options)))
          .expected(expected(!whole.isEmpty()))
          .build();
    }
    boolean corrupt = Arrays.asList(rows.schema().fieldNames()).contains(CORRUPT_RECORD);
    return corrupt
        ? rows.withMetadata(
            CORRUPT_RECORD,
            new MetadataBuilder()
                .putString(CorruptRecords.EXPECTED_RECORD, expected(!whole.isEmpty()))
                .build())
        : rows;
  }

  private static String expected(boolean whole) {
    return whole
        ? "one JSON object, or one array of objects, per file"
        : "one JSON object per line; or data.options.multiLine = true, if a file has one value over"
            + " several lines";
  }

  private static DataFrameReader reader(
      SparkSession spark, Map<String, String> options, boolean multiLine) {
    return spark
        .read()
        .options(options)
        .option("multiLine", Boolean.toString(multiLine))
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", CORRUPT_RECORD);
  }

  /** Files of lines with the fields that the first lines have. */
  private static Dataset<Row> bounded(
      Opening opening, Map<String, String> options, FileGroups groups) {
    List<String> lines =
        groups.lines().takeAsList(opening.lines()).stream().map(row -> row.getString(0)).toList();
    SparkSession spark = opening.spark();
    StructType found =
        reader(spark, options, false).json(spark.createDataset(lines, Encoders.STRING())).schema();
    StructType schema = new StructType();
    for (StructField field : found.fields()) {
      boolean ours = field.name().equals(CORRUPT_RECORD);
      schema = ours ? schema : schema.add(field);
    }
    return reader(spark, options, false)
        .schema(schema.add(CORRUPT_RECORD, DataTypes.StringType))
        .json(opening.paths().toArray(String[]::new));
  }

  /** Files of both forms: fields have the types that all of them have in common. */
  private static Dataset<Row> mixed(
      SparkSession spark,
      Map<String, String> options,
      FileGroups groups,
      List<String> lines,
      List<String> whole) {
    Map<String, DataType> types = new LinkedHashMap<>();
    for (boolean multiLine : new boolean[] {false, true}) {
      StructType schema =
          groups.schema(reader(spark, options, multiLine), "json", multiLine ? whole : lines);
      for (StructField field : schema.fields()) {
        types.merge(
            field.name(),
            field.dataType(),
            (a, b) -> CommonType.of(a, b).orElse(DataTypes.StringType));
      }
    }
    types.put(CORRUPT_RECORD, DataTypes.StringType);
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> field : types.entrySet()) {
      schema = schema.add(field.getKey(), field.getValue());
    }
    Dataset<Row> first = groups.read(reader(spark, options, false).schema(schema), "json", lines);
    return first.unionByName(
        groups.read(reader(spark, options, true).schema(schema), "json", whole));
  }

  /**
   * The files whose one value goes over several lines.
   *
   * @param sure whether files are read to their ends to find several values
   * @throws StrataException (data) for a file with several of them
   */
  private static Set<String> whole(
      SparkSession spark, Map<String, String> options, FileGroups groups, boolean sure) {
    String asked = options.get("multiLine");
    if (asked != null && !Boolean.parseBoolean(asked)) {
      return Set.of();
    }
    Charset charset = SourceText.charset(options);
    List<String> candidates = groups.files();
    if (asked == null) {
      List<String> heads = SourceText.look(spark, candidates, charset, (file, text) -> head(text));
      List<String> open = new ArrayList<>();
      for (int i = 0; i < heads.size(); i++) {
        if (heads.get(i).equals(WHOLE)) {
          open.add(candidates.get(i));
        }
      }
      candidates = open;
    }
    if (!sure) {
      return Set.copyOf(candidates);
    }
    Set<String> whole = new HashSet<>();
    List<String> kinds =
        candidates.isEmpty()
            ? List.of()
            : SourceText.tasks(spark, candidates, charset, (file, text) -> kind(text));
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).equals(MORE)) {
        throw StrataException.data(
                "a JSON file has several values, some of them over several lines")
            .key("data.options.multiLine")
            .file(SourceText.path(candidates.get(i)))
            .found("more than one value")
            .expected(
                "one value per line (as jq -c . writes) with data.options.multiLine = false, or one"
                    + " array of the values")
            .build();
      }
      if (asked != null || kinds.get(i).equals(WHOLE)) {
        whole.add(candidates.get(i));
      }
    }
    return whole;
  }

  /** Whether the first line is a value of its own. */
  private static String head(BufferedReader text) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = text.read();
    while (c >= 0 && Character.isWhitespace(c)) {
      c = text.read();
    }
    while (c >= 0 && c != '\n' && line.length() < LONGEST) {
      line.append((char) c);
      c = text.read();
    }
    if (line.isEmpty() || line.length() == LONGEST) {
      return LINES;
    }
    try (JsonParser parser = JSON.createParser(line.toString())) {
      parser.nextToken();
      parser.skipChildren();
      boolean broken = parser.currentToken() == null || parser.currentToken().isStructStart();
      return broken ? WHOLE : LINES;
    } catch (IOException e) {
      return WHOLE;
    }
  }

  /** How many values a file holds: one over its lines, more, or none that ends. */
  private static String kind(BufferedReader text) throws IOException {
    int values = 0;
    int scalars = 0;
    int depth = 0;
    int quote = 0;
    boolean scalar = false;
    for (int c = text.read(); c >= 0; c = text.read()) {
      if (quote != 0) {
        if (c == '\\') {
          text.read();
        } else if (c == quote) {
          quote = 0;
        }
        continue;
      }
      boolean begins = c == '{' || c == '[';
      boolean blank = Character.isWhitespace(c);
      if (depth == 0 && !blank && !scalar) {
        values++;
      }
      scalars += depth == 0 && !blank && !scalar && !begins ? 1 : 0;
      scalar = depth == 0 && !blank && !begins;
      if (c == '"' || c == '\'') {
        quote = c;
      } else if (begins) {
        depth++;
        scalar = false;
      } else if (c == '}' || c == ']') {
        depth--;
        scalar = false;
      }
      if (depth < 0) {
        return LINES;
      }
    }
    return depth > 0 || quote != 0 || scalars > 0 ? LINES : values > 1 ? MORE : WHOLE;
  }

  private static String firstLine(SparkSession spark, String file, Charset charset) {
    String line =
        SourceText.look(
                spark,
                List.of(file),
                charset,
                (name, text) -> {
                  String first = text.readLine();
                  return first == null ? "" : first;
                })
            .get(0);
    return line.isBlank() ? "nothing in the first line" : RowDescription.of(line);
  }
}
