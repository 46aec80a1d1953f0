package dev.strata.bench;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.executor.device.BlasThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Examples per second of one epoch of an MLP 784-500-250-10 with Adam, batch 128, two workers on
 * {@code local[2]}: Strata's averaging against DL4J Spark's {@code
 * ParameterAveragingTrainingMaster} (Export approach; its export happens in a first {@code fit}
 * that is not counted) and against {@code MultiLayerNetwork.fit} in two threads that never average,
 * which is the ceiling of both. All are run in turn, and medians are compared.
 *
 * <p>Arguments: repetitions (5), file for the result as JSON (none).
 */
public final class AveragingBenchmark {
  private static final int ROWS = 2 * 40 * 128 * 4;

  private AveragingBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int repetitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    BlasThreads.single();
    Path folder = Files.createTempDirectory("strata-bench");
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .appName("averaging-benchmark")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.broadcast.compress", "false")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try {
      run(spark, folder, repetitions, arguments.length > 1 ? arguments[1] : null);
    } finally {
      session.stop();
    }
  }

  private static void run(JavaSparkContext spark, Path folder, int repetitions, String json)
      throws IOException {
    BenchData data = BenchData.random(folder.resolve("shards"), ROWS);
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    contestants.put("ceiling", new LocalContestant(data));
    for (int every : new int[] {5, 40}) {
      contestants.put(
          "strata-average-" + every,
          new StrataContestant(spark, data, every, OptimizerState.AVERAGE));
      contestants.put(
          "strata-keep-" + every, new StrataContestant(spark, data, every, OptimizerState.KEEP));
      contestants.put("dl4j-average-" + every, new Dl4jContestant(spark, data, every, true));
      contestants.put("dl4j-no-updater-" + every, new Dl4jContestant(spark, data, every, false));
    }
    for (Contestant contestant : contestants.values()) {
      contestant.epoch();
    }
    Map<String, List<Double>> speeds = new LinkedHashMap<>();
    for (int i = 0; i < repetitions; i++) {
      for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
        long begun = System.nanoTime();
        contestant.getValue().epoch();
        double speed = ROWS / ((System.nanoTime() - begun) / 1e9);
        speeds.computeIfAbsent(contestant.getKey(), k -> new ArrayList<>()).add(speed);
        System.err.printf("%d  %-20s %,.0f examples/s%n", i + 1, contestant.getKey(), speed);
      }
    }
    BenchTable table = new BenchTable(speeds);
    table.ratio("strata-average-40", "dl4j-average-40", 2.0);
    table.ratio("strata-keep-40", "dl4j-average-40", 2.0);
    table.ratio("strata-average-5", "dl4j-average-5", 1.7);
    table.ratio("strata-keep-5", "dl4j-average-5", 2.0);
    table.ratio("strata-keep-5", "dl4j-no-updater-5", 0);
    table.ratio("strata-average-40", "ceiling", 0);
    table.ratio("strata-average-5", "ceiling", 0);
    System.out.println(table.text());
    if (json != null) {
      Files.writeString(Path.of(json), table.json());
    }
  }
}
