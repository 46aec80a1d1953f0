package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.source.ColumnSelection;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.split.RowOrder;
import dev.strata.driver.split.SplitKeyReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowCodec;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables of all types, odd names and odd values give the same rows as CSV of pandas, R, Excel and
 * Spark, as JSON, Parquet and ORC. The shards are a function of these rows and the settings; those
 * of every {@link #SHARDS}th table are prepared and compared byte for byte as well.
 *
 * <p>{@code -Dstrata.tables=500 -Dstrata.shards=1} for more, {@code -Dstrata.seed=N} to repeat: a
 * failure names the seed of its table.
 */
class GeneratedTablesTest {
  private static final int TABLES = Integer.getInteger("strata.tables", 8);
  private static final int SHARDS = Integer.getInteger("strata.shards", 4);
  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir Path temp;

  @Test
  @Seeded(20_261)
  void everyFormatGivesTheSameRows(Seed first) throws IOException {
    List<String> wrong = new ArrayList<>();
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < TABLES; i++) {
      long seed = first.value() + i;
      GeneratedTable table = GeneratedTable.of(new Random(seed));
      Map<String, TestDataSettings> sources = write(table, temp.resolve("t" + seed));
      Map<String, String> results = new TreeMap<>();
      for (Map.Entry<String, TestDataSettings> source : sources.entrySet()) {
        settings(source.getValue(), table, new Random(seed));
        String result = result(source.getValue(), table, i % SHARDS == 0, source.getKey());
        results.put(source.getKey(), result);
        outcomes.merge(
            source.getKey() + (result.startsWith("refused") ? " refused" : " read"),
            1,
            Integer::sum);
      }
      String expected = results.get("parquet");
      if (expected.startsWith("refused")) {
        System.out.println("strata.seed " + seed + ": " + expected);
      }
      results.forEach(
          (name, result) -> {
            boolean bothRefused = result.startsWith("refused") && expected.startsWith("refused");
            if (result.startsWith("fault") || !bothRefused && !result.equals(expected)) {
              wrong.add(
                  "strata.seed " + seed + ", " + name + ": " + result + "\nparquet: " + expected);
            }
          });
    }
    System.out.println("Generated tables: " + outcomes);
    assertThat(wrong).as("%s", outcomes).isEmpty();
    assertThat(outcomes.getOrDefault("parquet read", 0)).isGreaterThan(TABLES * 3 / 4);
  }

  private Map<String, TestDataSettings> write(GeneratedTable table, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Dataset<Row> rows = SPARK.createDataFrame(table.rows(), table.schema()).coalesce(1);
    Map<String, TestDataSettings> sources = new TreeMap<>();
    rows.write().parquet(folder + "/t.parquet");
    sources.put("parquet", data().from(folder + "/t.parquet"));
    if (Stream.of(table.schema().fieldNames()).noneMatch(n -> n.matches(".*[.`].*"))) {
      rows.write().orc(folder + "/t.orc");
      sources.put("orc", data().from(folder + "/t.orc"));
    }
    rows.write().option("ignoreNullFields", "false").json(folder + "/t.json");
    sources.put("json", data().from(folder + "/t.json"));
    boolean lines = table.hasText(s -> s.contains("\n"));
    if (!table.hasArrays()) {
      rows.write().option("header", "true").csv(folder + "/t.csv");
      sources.put("spark.csv", csv(folder + "/t.csv", lines));
    }
    for (TableWriter writer : TableWriter.values()) {
      if (writer.holds(table)) {
        Path file = folder.resolve(writer + (writer == TableWriter.R_TABLE ? ".tsv" : ".csv"));
        writer.write(table, file);
        TestDataSettings source = csv(file.toString(), lines);
        sources.put(writer.name().toLowerCase(Locale.ROOT), source);
        if (writer == TableWriter.EXCEL_SEMICOLON) {
          source.option("sep", writer.separator());
        }
      }
    }
    return sources;
  }

  private static TestDataSettings csv(String path, boolean lines) {
    TestDataSettings source = data().from(path).format("csv");
    return lines ? source.option("multiLine", "true") : source;
  }

  /** Numbers as numbers or as categories, everything else as categories; some values missing. */
  private static void settings(TestDataSettings source, GeneratedTable table, Random random) {
    List<String> categorical = new ArrayList<>();
    for (StructField field : table.schema().fields()) {
      boolean number =
          field.dataType() instanceof NumericType || field.dataType() instanceof BooleanType;
      boolean array = field.dataType().typeName().equals("array");
      if (table.features().contains(field.name()) && !array && (!number || random.nextBoolean())) {
        categorical.add(field.name());
      }
    }
    Scaling[] scalings = {Scaling.NONE, Scaling.STANDARD, Scaling.MIN_MAX};
    String[][] missing = {{}, {"-999"}, {"-9.99e2", "NA"}, {"-999.0", "true"}, {"0", "?"}};
    source
        .features(table.features().toArray(String[]::new))
        .categorical(categorical.toArray(String[]::new))
        .label(GeneratedTable.LABEL)
        .missingValues(missing[random.nextInt(missing.length)])
        .missing(
            new MissingPolicy(
                MissingPolicy.Numeric.CONSTANT,
                5,
                MissingPolicy.Categorical.CATEGORY,
                MissingPolicy.Label.DROP))
        .unseen(UnseenCategory.ZEROS)
        .scaling(scalings[random.nextInt(scalings.length)])
        .splitBy(SplitSettings.By.TIME, GeneratedTable.TIME, 0.2, 0)
        .blocks(1);
  }

  /** The canonical rows, and the shards' blocks where asked for; or the refusal. */
  private String result(
      TestDataSettings source, GeneratedTable table, boolean shards, String name) {
    DataSettings settings = source.build();
    try {
      List<byte[]> rows =
          SparkFailures.unwrapped(
              () -> {
                Dataset<Row> read = SourceReader.read(SPARK, settings, settings.source());
                RowLayout layout = ColumnSelection.of(settings, read);
                return RowOrder.canonical(
                        read,
                        SourceRowReader.of(read.schema(), layout),
                        SplitKeyReader.of(read.schema(), settings, 1),
                        1)
                    .keys()
                    .filter(row -> row.length > 0)
                    .collect();
              });
      rows = new ArrayList<>(rows);
      rows.sort(Arrays::compareUnsigned);
      StringBuilder text = new StringBuilder();
      for (byte[] row : rows) {
        PlainRow plain = RowCodec.decode(row);
        text.append('\n')
            .append(Arrays.hashCode(row))
            .append(' ')
            .append(Arrays.toString(plain.texts()))
            .append(
                plain.bytes() != null
                    ? Arrays.toString(plain.bytes())
                    : Arrays.toString(plain.numbers()))
            .append(plain.labelClass());
      }
      if (shards) {
        PreparedData prepared =
            new DataPreparer(SPARK)
                .prepare(
                    settings, temp.resolve("shards-" + name).toString(), 1, 7, Optional.empty());
        prepared
            .manifests()
            .forEach((part, m) -> text.append('\n').append(part).append(m.blocks()));
        text.append(prepared.preprocessing().classes());
      }
      return text.toString();
    } catch (StrataException e) {
      boolean named =
          Stream.of(table.schema().fieldNames())
              .anyMatch(column -> e.getMessage().contains(column));
      return (named ? "refused " : "fault ") + e.getMessage();
    } catch (RuntimeException e) {
      return "fault " + e;
    }
  }
}
