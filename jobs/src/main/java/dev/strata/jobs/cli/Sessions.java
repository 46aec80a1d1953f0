package dev.strata.jobs.cli;

import dev.strata.driver.job.SparkSource;
import dev.strata.driver.kryo.StrataKryoRegistrator;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.failure.StrataException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
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

  private static final String HADOOP_UMASK = "spark.hadoop." + Umask.KEY;

  /** Begin of the id that a context has while no Master has given it one. */
  private static final String UNREGISTERED = "spark-application-";

  private final SparkConf submitted = new SparkConf();
  private final Optional<String> umask =
      Umask.missing(SparkHadoopUtil.get().newConfiguration(submitted));
  private SparkSession session;
  private boolean created;

  Sessions() {
    umask.ifPresent(mask -> submitted.set(HADOOP_UMASK, mask));
  }

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
      session = running.orElseGet(() -> create(command, master));
      created = running.isEmpty();
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
    umask.ifPresent(mask -> builder.config(HADOOP_UMASK, mask));
    SharedSecret.missing(submitted, used, System.getenv())
        .ifPresent(secret -> builder.config(SharedSecret.KEY, secret));
    return used.startsWith("spark://") ? registered(builder, used) : builder.getOrCreate();
  }

  /**
   * A session whose application the Master has accepted: Spark also returns, with a context that it
   * is about to stop, after the Master did not answer for a minute, or refused the connection.
   */
  private static SparkSession registered(SparkSession.Builder builder, String master) {
    try {
      SparkSession session = builder.getOrCreate();
      SparkContext context = session.sparkContext();
      if (!context.isStopped() && !context.applicationId().startsWith(UNREGISTERED)) {
        return session;
      }
      session.stop();
      throw refused(master, null);
    } catch (IllegalStateException | NullPointerException e) {
      // the context was stopped while it started
      throw refused(master, e);
    }
  }

  private static StrataException refused(String master, Throwable cause) {
    return StrataException.cluster("the Spark master did not accept this application")
        .key("spark.master")
        .found("no registration at " + master + "; it is down, or refuses this client")
        .expected(
            "a running Master at this address; where the cluster uses authentication:"
                + " spark.authenticate=true, the encryption settings of the cluster"
                + " (conf/spark-secure.conf) and its secret (STRATA_SECRET_FILE)")
        .cause(cause)
        .build();
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
    // Event log and web interface show no credentials, also those that Spark's own pattern misses.
    defaults.put("spark.redaction.regex", Secrets.PATTERN);
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

  /**
   * Ends a job that has succeeded. YARN's application master takes a program that made no
   * SparkContext for a failure ("User did not initialize spark context"), so a job in cluster mode
   * that had nothing to do, such as the repetition of a finished run, makes one without executors.
   */
  void succeed() {
    boolean master =
        submitted.get("spark.master", "").equals("yarn")
            && submitted.get("spark.submit.deployMode", "").equals("cluster");
    if (master && session == null && running().isEmpty()) {
      SparkSession.builder()
          .config("spark.executor.instances", "0")
          .config("spark.dynamicAllocation.enabled", "false")
          .getOrCreate()
          .stop();
    }
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
