package dev.strata.bench;

import dev.strata.driver.features.ExtractRequest;
import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.features.FeatureColumns;
import dev.strata.driver.features.FeatureCounts;
import dev.strata.driver.features.FeatureExtractor;
import dev.strata.driver.features.FeatureQuery;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.device.BlasThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Features of a stack 784-500-250 of generated rows, a million as a rule, in a heap of 1 GB: into a
 * sink that discards them and into Parquet, against what this machine does at best in the same run:
 * the products of matrices alone, reading the rows' Parquet alone, and writing the features'
 * Parquet alone; the faster of a measurement before and one after.
 *
 * <p>Arguments {@code name=value}: {@code rows}, {@code threads}, {@code batch}, {@code units},
 * {@code activation}, {@code type} of the rows (bytes, as images have them, or floats), {@code
 * heap} (of the measuring JVM), {@code data} (a folder whose generated rows are kept; a temporary
 * one where empty).
 */
public final class ExtractBenchmark {
  private static final int WIDTH = 784;
  private static final long NANOS = 2_000_000_000L;

  private final BenchArguments arguments;
  private final Path work;
  private final int threads;
  private final long rows;
  private final int batch;
  private final List<Integer> units;

  private ExtractBenchmark(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
    this.threads = arguments.integer("threads");
    this.rows = arguments.integer("rows");
    this.batch = arguments.integer("batch");
    this.units = arguments.integers("units");
  }

  public static void main(String[] given) throws Exception {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("rows", "1000000");
    defaults.put("threads", "2");
    defaults.put("batch", "1024");
    defaults.put("type", "bytes");
    defaults.put("units", "500,250");
    defaults.put("activation", "sigmoid");
    defaults.put("heap", "1g");
    defaults.put("data", "");
    BenchArguments arguments = new BenchArguments(given, defaults);
    if (HeapLimit.apart(arguments.text("heap"), ExtractBenchmark.class, given)) {
      return;
    }
    BlasThreads.single();
    new ExtractBenchmark(arguments, Files.createTempDirectory("strata-extract")).run();
  }

  private void run() throws IOException {
    boolean bytes = arguments.text("type").equals("bytes");
    boolean kept = !arguments.text("data").isEmpty();
    Path source = kept ? Path.of(arguments.text("data")) : work.resolve("rows");
    try (BenchSession session = new BenchSession("extract-benchmark", threads, work)) {
      GeneratedRows.write(session.session(), source, rows, WIDTH, bytes);
      Dataset<Row> table = session.session().read().parquet(source.toString());
      ModelBundle bundle = DenseModel.of(WIDTH, units, arguments.text("activation"), bytes);
      Rates rates = new Rates(rows);
      ceilings(rates, table);
      rates.best("features, discarded", () -> discard(bundle, table));
      rates.best("features, Parquet", () -> write(session, bundle, source));
      FeatureTable features =
          FeatureTable.of(session.session(), work.resolve("features"), threads, rows);
      rates.best("Parquet write", () -> features.write(work.resolve("written")));
      ceilings(rates, table);
      rates.best("features, discarded", () -> discard(bundle, table));
      rates.best("features, Parquet", () -> write(session, bundle, source));
      rates.best("Parquet write", () -> features.write(work.resolve("written")));
      System.out.println(arguments);
      System.out.println(rates.text());
      System.out.print(
          rates.share("features, discarded", List.of("products", "Parquet read"))
              + rates.share(
                  "features, Parquet", List.of("products", "Parquet read", "Parquet write")));
      System.out.printf(
          Locale.ROOT,
          "heap at most %d MiB; the process had %s at most%n",
          Runtime.getRuntime().maxMemory() >> 20,
          HeapLimit.peakMemory());
    }
  }

  private void ceilings(Rates rates, Dataset<Row> table) {
    rates.atLeast("products", products());
    rates.best("Parquet read", () -> table.write().format("noop").mode("overwrite").save());
  }

  /** Rows a second of all threads together. */
  private double products() {
    GemmCeiling ceiling = new GemmCeiling(threads, batch, NANOS);
    double seconds = 0;
    int inputs = WIDTH;
    for (int width : units) {
      seconds += ceiling.secondsPerActivation(inputs, width);
      inputs = width;
    }
    return threads * batch / seconds;
  }

  private void discard(ModelBundle bundle, Dataset<Row> table) {
    FeatureColumns columns = FeatureColumns.of(bundle, settings(), "", List.of());
    new FeatureQuery(
            table,
            bundle,
            columns,
            SourceRowReader.of(table.schema(), bundle.preprocessing().layout()),
            new int[] {table.schema().fieldIndex("id")},
            batch,
            BadRows.FAIL)
        .run(
            FeatureCounts.in(table.sparkSession().sparkContext()),
            features -> features.write().format("noop").mode("overwrite").save());
  }

  private void write(BenchSession session, ModelBundle bundle, Path source) {
    new FeatureExtractor(session.session())
        .extract(
            new ExtractRequest(
                GeneratedRows.settings(source),
                bundle,
                settings(),
                new org.apache.hadoop.fs.Path(work.resolve("features").toUri()),
                new org.apache.hadoop.fs.Path(work.resolve("quarantine").toUri()),
                false,
                OutputLock.none()));
  }

  private ExtractSettings settings() {
    return new ExtractSettings(
        List.of("hidden-" + units.size()),
        ExtractSettings.ColumnType.ARRAY,
        false,
        false,
        batch,
        ExtractSettings.BadRows.FAIL,
        WriteMode.OVERWRITE,
        List.of());
  }
}
