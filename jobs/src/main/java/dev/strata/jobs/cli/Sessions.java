package dev.strata.jobs.cli;

import dev.strata.driver.job.SparkSource;
import dev.strata.driver.kryo.StrataKryoRegistrator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The Spark session of a command. A session that is already there (several commands in one JVM) is
 * used and left running; what spark-submit was told is never overridden, only completed.
 */
final class Sessions implements SparkSource, AutoCloseable {
  private static final String LOCAL = "local[2]";
  private static final String SUBMISSION = "spark.strata.submission";

  private final SparkConf submitted = new SparkConf();
  private SparkSession session;
  private boolean created;

  @Override
  public SparkConf conf() {
    return running().map(s -> s.sparkContext().getConf()).orElse(submitted);
  }

  @Override
  public String master(Optional<String> master) {
    return running()
        .map(s -> s.sparkContext().master())
        .or(() -> master)
        .orElseGet(() -> submitted.get("spark.master", LOCAL));
  }

  /** Hadoop's configuration, as Spark would make it; starts nothing. */
  @Override
  public Configuration hadoop() {
    return running()
        .map(s -> s.sparkContext().hadoopConfiguration())
        .orElseGet(() -> SparkHadoopUtil.get().newConfiguration(submitted));
  }

  /**
   * @param command shown as the application's name
   * @param master of the configuration; wins over spark-submit's
   */
  @Override
  public SparkSession session(String command, Optional<String> master) {
    if (session == null) {
      Optional<SparkSession> running = running();
      created = running.isEmpty();
      session = running.orElseGet(() -> create(command, master));
    }
    return session;
  }

  private SparkSession create(String command, Optional<String> master) {
    JavaOptions.require();
    SparkSession.Builder builder = SparkSession.builder();
    String used = master(master);
    builder.master(used);
    defaults(command, used)
        .forEach(
            (key, value) -> {
              if (!submitted.contains(key)) {
                builder.config(key, value);
              }
            });
    return builder.getOrCreate();
  }

  private static Map<String, String> defaults(String command, String master) {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("spark.app.name", "strata " + command);
    defaults.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    // A worker's state is one Kryo buffer; the default of 64 MiB ends at 5 million parameters with
    // Adam.
    defaults.put("spark.kryoserializer.buffer.max", "2047m");
    // Parameters are noise to a compressor: it takes time and saves nothing.
    defaults.put("spark.broadcast.compress", "false");
    defaults.put("spark.kryo.registrator", StrataKryoRegistrator.class.getName());
    // Strata shows its own progress; Spark's bar would overwrite it.
    defaults.put("spark.ui.showConsoleProgress", "false");
    // Parquet's pages carry checksums that Spark does not look at: damaged numbers would be read as
    // others, and some damage makes its reader loop for ever.
    defaults.put("spark.hadoop.parquet.page.verify-checksum.enabled", "true");
    // Times in data mean the same wherever the driver runs.
    defaults.put("spark.sql.session.timeZone", "UTC");
    if (master.startsWith("local")) {
      defaults.put("spark.sql.shuffle.partitions", "16");
      defaults.put("spark.driver.host", "localhost");
      defaults.put("spark.driver.bindAddress", "127.0.0.1");
    }
    return defaults;
  }

  private static Optional<SparkSession> running() {
    Option<SparkSession> known = SparkSession.getDefaultSession();
    return known.isDefined() && !known.get().sparkContext().isStopped()
        ? Optional.of(known.get())
        : Optional.empty();
  }

  /** Id that {@code deploy/bin/strata} gave this job; empty where it does not wait for it. */
  Optional<String> submission() {
    return submitted.contains(SUBMISSION)
        ? Optional.of(submitted.get(SUBMISSION))
        : Optional.empty();
  }

  /** Stops the session where it was started here. */
  @Override
  public void close() {
    if (created) {
      session.stop();
      created = false;
    }
    session = null;
  }
}
