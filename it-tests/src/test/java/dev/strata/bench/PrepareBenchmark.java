package dev.strata.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.rand;

import dev.strata.jobs.Strata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * {@code strata prepare} of generated tables of numbers (Parquet, doubles) in a small heap: whether
 * its time grows as the rows do, and what the number of classes costs.
 *
 * <p>Arguments {@code name=value}: {@code rows} (a list), {@code classes} (a list; those after the
 * first with the first number of rows only), {@code columns}, {@code threads}, {@code heap} (of the
 * measuring JVM, as driver and executor; it also generates the tables), {@code keep} (folder of the
 * run, which is replaced, and whose shards stay; a temporary one where empty).
 */
public final class PrepareBenchmark {
  private final BenchArguments arguments;
  private final Path work;
  private final int threads;

  private PrepareBenchmark(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
    this.threads = arguments.integer("threads");
  }

  public static void main(String[] given) throws Exception {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("rows", "2500000,5000000,10000000");
    defaults.put("classes", "10,5000");
    defaults.put("columns", "50");
    defaults.put("threads", "2");
    defaults.put("heap", "2g");
    defaults.put("keep", "");
    BenchArguments arguments = new BenchArguments(given, defaults);
    if (HeapLimit.apart(arguments.text("heap"), PrepareBenchmark.class, given)) {
      return;
    }
    new PrepareBenchmark(arguments, Files.createTempDirectory("strata-prepare")).run();
  }

  private void run() throws IOException, InterruptedException {
    try (BenchSession session = new BenchSession("prepare-benchmark", threads, work)) {
      List<Integer> rows = arguments.integers("rows");
      List<Integer> classes = arguments.integers("classes");
      // The first run also compiles: it is not printed.
      measure(session.session(), Math.min(200_000, rows.get(0)), classes.get(0));
      for (int more : classes.subList(1, classes.size())) {
        System.out.println(measure(session.session(), rows.get(0), more));
      }
      for (int count : rows) {
        System.out.println(measure(session.session(), count, classes.get(0)));
      }
      System.out.printf(
          Locale.ROOT,
          "heap at most %d MiB; the process had %s at most%n",
          Runtime.getRuntime().maxMemory() >> 20,
          HeapLimit.peakMemory());
    }
  }

  private String measure(SparkSession session, int rows, int classes)
      throws IOException, InterruptedException {
    Path table = work.resolve("table");
    Path run =
        arguments.text("keep").isEmpty() ? work.resolve("run") : Path.of(arguments.text("keep"));
    FileUtil.fullyDelete(run.toFile());
    generate(session, table, rows, classes);
    // What the table left in the page cache is written before the clock starts.
    new ProcessBuilder("sync").start().waitFor();
    List<String> command = new ArrayList<>(List.of("prepare"));
    Map<String, Object> settings = new TreeMap<>();
    settings.put("output.dir", run);
    settings.put("data.format", "parquet");
    settings.put("data.path", table);
    settings.put("data.label", "label");
    settings.put("data.scaling", "standard");
    settings.put("data.split.validation", 0.01);
    settings.forEach((key, value) -> CommandComparison.set(command, key, value));
    long begun = System.nanoTime();
    long spent = ProcessorTime.nanoseconds();
    Strata.main(command.toArray(new String[0]));
    double seconds = (System.nanoTime() - begun) / 1e9;
    double processor = (ProcessorTime.nanoseconds() - spent) / 1e9;
    FileUtil.fullyDelete(table.toFile());
    return String.format(
        Locale.ROOT,
        "{\"rows\":%d,\"columns\":%d,\"classes\":%d,\"seconds\":%.1f,\"rows_s\":%.0f,"
            + "\"cpu_us_row\":%.2f}",
        rows,
        arguments.integer("columns"),
        classes,
        seconds,
        rows / seconds,
        1e6 * processor / rows);
  }

  private void generate(SparkSession session, Path table, int rows, int classes) {
    List<Column> columns = new ArrayList<>();
    columns.add(pmod(col("id").multiply(lit(7919)), lit(classes)).cast("int").alias("label"));
    for (int i = 0; i < arguments.integer("columns"); i++) {
      columns.add(rand(i).alias("number-" + i));
    }
    int files = Math.max(threads, rows / 250_000);
    session
        .range(0, rows, 1, files)
        .select(columns.toArray(new Column[0]))
        .write()
        .parquet(table.toString());
  }
}
