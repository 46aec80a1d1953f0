package dev.strata.driver.job;

import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.device.GpuRequest;
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
  private final JobOutput output;
  private final FailureRecord failures;

  /**
   * @param command the word that was typed, or the job's name
   * @param overwrite whether a run that the output holds is removed
   * @param output takes what people read
   */
  public JobContext(
      String command,
      ResolvedConfiguration configuration,
      Settings settings,
      SparkSource spark,
      boolean overwrite,
      JobOutput output,
      FailureRecord failures) {
    this.command = command;
    this.configuration = configuration;
    this.settings = settings;
    this.spark = spark;
    this.overwrite = overwrite;
    this.output = output;
    this.failures = failures;
  }

  /** The same with other settings. */
  JobContext with(ResolvedConfiguration other, Settings read) {
    return new JobContext(command, other, read, spark, overwrite, output, failures);
  }

  /** That of another job, which this one runs; its failures are this one's. */
  JobContext of(RunJob job, ResolvedConfiguration other, Settings read) {
    return new JobContext(job.name(), other, read, spark, overwrite, output, failures);
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
    return output.out();
  }

  /** Where progress and notices go. */
  public PrintStream err() {
    return output.err();
  }

  /** A sentence for the user that is no result. */
  public void notice(String sentence) {
    output.notice(sentence);
  }

  /** Adds what is wrong with the GPUs that the Spark application asks for; starts nothing. */
  public void inspectGpus(Problems problems) {
    GpuRequest.problem(spark.conf(), spark.master(settings.sparkMaster())).ifPresent(problems::add);
  }

  /** Without starting Spark. */
  public Configuration hadoop() {
    return spark.hadoop();
  }

  /** The bar or the lines of this job's progress: a bar only where people look at a terminal. */
  public ProgressView progress() {
    return output.progress();
  }

  /** As {@link #spark()}, for jobs over RDDs. */
  public JavaSparkContext javaSpark() {
    return JavaSparkContext.fromSparkContext(spark().sparkContext());
  }

  /** Starts Spark where it is not running yet. */
  public SparkSession spark() {
    SparkSession session = spark.session(command, settings.sparkMaster());
    GpuRequest.prepare(
        JavaSparkContext.fromSparkContext(session.sparkContext()), settings.deviceFallback());
    return session;
  }

  /** Whether a report is written. */
  boolean reports() {
    return output.report();
  }

  /** Where a failure of this job is recorded; the job says what it learns of its output folder. */
  public FailureRecord failures() {
    return failures;
  }
}
