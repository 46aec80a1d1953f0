package dev.strata.driver.job;

import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Runs a job for a program that has a Spark session, as the command line would. */
public final class JobRunner {
  private JobRunner() {}

  /**
   * @param settings each {@code key=value}; the other keys have their defaults of {@code
   *     reference.conf}
   * @return the result; of a run that the folder holds already, the old one
   * @throws dev.strata.executor.failure.StrataException (configuration) that lists every problem of
   *     the settings; the job's own failures
   */
  public static RunResult run(
      RunJob job, List<String> settings, SparkSession session, JobOutput output) {
    SparkSource spark = SparkSource.of(session);
    ResolvedConfiguration configuration =
        ResolvedConfiguration.load(Optional.empty(), settings, spark.hadoop());
    Problems problems = new Problems();
    Settings read = SettingsReader.read(configuration, job.needs(configuration), problems);
    job.inspect(read, spark.hadoop(), problems);
    JobContext context =
        new JobContext(job.name(), configuration, read, spark, false, output, new FailureRecord());
    context.inspectGpus(problems);
    problems.throwIfAny();
    try {
      return job.run(context);
    } catch (Exception e) {
      // Spark wraps what a task throws.
      throw StrataException.in(e).orElseGet(() -> JobRunner.unchanged(e));
    }
  }

  /** Spark throws checked exceptions that its methods do not declare. */
  private static <E extends Exception> StrataException unchanged(Exception e) throws E {
    @SuppressWarnings("unchecked") // E is inferred as a RuntimeException, whatever e is.
    E same = (E) e;
    throw same;
  }
}
