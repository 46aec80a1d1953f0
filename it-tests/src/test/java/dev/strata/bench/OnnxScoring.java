package dev.strata.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.features.FeatureColumns;
import dev.strata.driver.features.FeatureCounts;
import dev.strata.driver.features.FeatureQuery;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.testing.AdultRows;
import dev.strata.executor.device.BlasThreads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Class probabilities of the rows of a table by {@code extract}, from Parquet into a sink that
 * discards them, and by ONNX Runtime, from texts in memory, whose numbers are parsed, both with the
 * same number of threads.
 *
 * <p>Arguments {@code name=value}: {@code model} (folder of a run), {@code onnx} (its exported
 * file), {@code data} (folder of the Adult data), {@code copies} of the test rows, {@code threads},
 * {@code batch}.
 */
public final class OnnxScoring {
  private final BenchArguments arguments;
  private final Path work;
  private final int threads;
  private final int batch;

  private OnnxScoring(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
    this.threads = arguments.integer("threads");
    this.batch = arguments.integer("batch");
  }

  public static void main(String[] given) throws Exception {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("model", "runs/adult");
    defaults.put("onnx", "adult.onnx");
    defaults.put("data", "data/adult");
    defaults.put("copies", "60");
    defaults.put("threads", "2");
    defaults.put("batch", "1024");
    BlasThreads.single();
    new OnnxScoring(new BenchArguments(given, defaults), Files.createTempDirectory("strata-onnx"))
        .run();
  }

  private void run() throws Exception {
    List<String[]> rows = AdultRows.test(Path.of(arguments.text("data")));
    int copies = arguments.integer("copies");
    try (BenchSession session = new BenchSession("onnx-scoring", threads, work)) {
      Path csv = work.resolve("rows.csv");
      List<String> lines = new ArrayList<>(List.of(String.join(",", AdultRows.COLUMNS)));
      rows.forEach(cells -> lines.add(String.join(",", cells)));
      Files.write(csv, lines);
      Dataset<Row> once =
          session
              .session()
              .read()
              .option("header", true)
              .option("inferSchema", true)
              .csv(csv.toString());
      once.crossJoin(session.session().range(copies).withColumnRenamed("id", "copy"))
          .withColumn("id", functions.monotonically_increasing_id())
          .drop("copy")
          .repartition(2 * threads)
          .write()
          .parquet(work.resolve("rows").toString());
      Dataset<Row> table = session.session().read().parquet(work.resolve("rows").toString());
      ModelBundle bundle =
          BundleReader.open(
              session.session().sparkContext().hadoopConfiguration(),
              arguments.text("model"),
              "model");
      Rates rates = new Rates((long) rows.size() * copies);
      for (int repetition = 0; repetition < 4; repetition++) {
        rates.best("extract", () -> extract(bundle, table));
        rates.best("ONNX Runtime", () -> score(rows, copies));
      }
      System.out.println(rates.text());
    }
  }

  private void extract(ModelBundle bundle, Dataset<Row> table) {
    ExtractSettings settings =
        new ExtractSettings(
            List.of("output"),
            ExtractSettings.ColumnType.ARRAY,
            false,
            false,
            batch,
            BadRows.FAIL,
            WriteMode.OVERWRITE,
            List.of());
    new FeatureQuery(
            table,
            bundle,
            FeatureColumns.of(bundle, settings, "", List.of()),
            SourceRowReader.of(table.schema(), bundle.preprocessing().layout()),
            new int[] {table.schema().fieldIndex("id")},
            batch,
            BadRows.FAIL)
        .run(
            FeatureCounts.in(table.sparkSession().sparkContext()),
            features -> features.write().format("noop").mode("overwrite").save());
  }

  private void score(List<String[]> rows, int copies) {
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = runtime.createSession(arguments.text("onnx"), options)) {
        List<Future<?>> batches = new ArrayList<>();
        for (int copy = 0; copy < copies; copy++) {
          for (int from = 0; from < rows.size(); from += batch) {
            List<String[]> some = rows.subList(from, Math.min(rows.size(), from + batch));
            batches.add(
                pool.submit(
                    () -> {
                      score(some, session, runtime);
                      return null;
                    }));
          }
        }
        for (Future<?> one : batches) {
          one.get();
        }
      }
    } catch (OrtException | InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void score(List<String[]> rows, OrtSession session, OrtEnvironment runtime)
      throws OrtException {
    Map<String, OnnxTensor> columns = AdultRows.tensors(rows, session, runtime);
    try (OrtSession.Result result = session.run(columns, Set.of("probabilities"))) {
      result.get(0).getValue();
    } finally {
      columns.values().forEach(OnnxTensor::close);
    }
  }
}
