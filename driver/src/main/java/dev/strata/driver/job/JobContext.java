package dev.strata.driver.job;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.progress.ProgressView;
import java.io.PrintStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** What a job works with. */
public final class JobContext {
  private final String command;
  private final ResolvedConfiguration configuration;
  private final Settings settings;
  private final SparkSource spark;
  private final boolean overwrite;
  private final PrintStream out;
  private final PrintStream err;
  private final FailureRecord failures;

  /**
   * @param command the word that was typed, or the job's name
   * @param overwrite whether a run that the output holds is removed
   * @param out takes results
   * @param err takes notices and progress
   */
  public JobContext(
      String command,
      ResolvedConfiguration configuration,
      Settings settings,
      SparkSource spark,
      boolean overwrite,
      PrintStream out,
      PrintStream err,
      FailureRecord failures) {
    this.command = command;
    this.configuration = configuration;
    this.settings = settings;
    this.spark = spark;
    this.overwrite = overwrite;
    this.out = out;
    this.err = err;
    this.failures = failures;
  }

  /** The word that was typed. */
  public String command() {
    return command;
  }

  /** All keys as text. */
  public ResolvedConfiguration configuration() {
    return configuration;
  }

  public Settings settings() {
    return settings;
  }

  /** Whether a run that the output holds is to be removed. */
  public boolean overwrite() {
    return overwrite;
  }

  /** Results, for people and pipes. */
  public PrintStream out() {
    return out;
  }

  /** Where progress and notices go. */
  public PrintStream err() {
    return err;
  }

  /** A sentence for the user that is no result. */
  public void notice(String sentence) {
    err.println(sentence);
    err.flush();
  }

  /** Without starting Spark. */
  public Configuration hadoop() {
    return spark.hadoop();
  }

  /** The bar or the lines of this job's progress: a bar only where people look at a terminal. */
  public ProgressView progress() {
    boolean terminal =
        err == System.err && System.console() != null && !"dumb".equals(System.getenv("TERM"));
    return ProgressView.on(err, terminal);
  }

  /** As {@link #spark()}, for jobs over RDDs. */
  public JavaSparkContext javaSpark() {
    return JavaSparkContext.fromSparkContext(spark().sparkContext());
  }

  /** Starts Spark where it is not running yet. */
  public SparkSession spark() {
    return spark.session(command, settings.sparkMaster());
  }

  /** Where a failure of this job is recorded; the job says what it learns of its output folder. */
  public FailureRecord failures() {
    return failures;
  }
}
