package dev.strata.jobs.cli;

import dev.strata.driver.spark.SparkRelease;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** Tells whose fault an exception is, where it is not one of ours already. */
final class FailureCause {
  /** What Spark says of a job that the cluster, and not the job's own code, has ended. */
  private static final List<String> LOST =
      List.of(
          "ExecutorLostFailure",
          "executor loss",
          "FetchFailed",
          "SparkContext was shut down",
          "SparkContext has been shutdown",
          "stopped SparkContext",
          "All masters are unresponsive",
          // A standalone Master gives up an application whose executors do not start.
          "Master removed our application",
          "Exiting due to error from cluster scheduler",
          "Failed to get broadcast",
          "cancelled");

  private static final String RESULTS = "spark.driver.maxResultSize";

  /**
   * Packages in the message of what cannot be linked; {@code scala.} is also within other names.
   */
  private static final List<String> SPARKS = List.of("org.apache.spark.", "scala.");

  /**
   * Exit code of faults of Strata itself; no scheduler should take it for one of the contract's.
   */
  static final int INTERNAL = 1;

  private FailureCause() {}

  /** The failure as a sentence with a kind; empty for what looks like a fault of Strata. */
  static Optional<StrataException> of(Throwable thrown) {
    Optional<StrataException> ours = StrataException.in(thrown);
    if (ours.isPresent()) {
      return ours;
    }
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Optional<StrataException> options = JavaOptions.in(t);
      if (options.isPresent()) {
        return options;
      }
      if (t instanceof LinkageError missing && isSparks(missing)) {
        return Optional.of(SparkRelease.unlinked(missing));
      }
      if (isAnsi(t)) {
        return Optional.of(
            StrataException.data(
                    "Spark's ANSI mode rejects a value that the query casts or computes")
                .key("data.where")
                .found(firstLine(t))
                .expected(
                    "values that fit; try_cast for those that do not; or"
                        + " --conf spark.sql.ansi.enabled=false, the default of Spark 3.5")
                .cause(thrown)
                .build());
      }
      if (t instanceof AnalysisException) {
        return Optional.of(
            StrataException.configuration("Spark cannot run the query on the data")
                .key("data")
                .found(firstLine(t))
                .expected("columns, conditions and SQL that match the source")
                .cause(thrown)
                .build());
      }
      if (t instanceof OutOfMemoryError) {
        return Optional.of(
            StrataException.cluster("out of memory: " + firstLine(t))
                .expected("more memory, or a smaller model, minibatch or block")
                .cause(thrown)
                .build());
      }
      if (t instanceof IOException || t instanceof UncheckedIOException) {
        return Optional.of(
            StrataException.cluster("a file system failed: " + firstLine(t)).cause(thrown).build());
      }
    }
    if (says(thrown, "bigger than " + RESULTS)) {
      return Optional.of(
          StrataException.configuration("a Spark job returns more than the driver takes")
              .key(RESULTS)
              .found(firstLine(thrown))
              .expected("a larger value, with --conf, or averaging.reducer = sliced")
              .cause(thrown)
              .build());
    }
    return isSpark(thrown)
        ? Optional.of(
            StrataException.cluster("Spark failed: " + firstLine(thrown)).cause(thrown).build())
        : Optional.empty();
  }

  /** Whether Spark itself threw it for a cast or a computation: a failure of SQL's ANSI mode. */
  private static boolean isAnsi(Throwable thrown) {
    return thrown instanceof SparkThrowable
        && (thrown instanceof NumberFormatException
            || thrown instanceof ArithmeticException
            || thrown instanceof DateTimeException
            || thrown instanceof ArrayIndexOutOfBoundsException);
  }

  /** Whether the Spark on the class path is another one than Strata's classes were made for. */
  private static boolean isSparks(LinkageError missing) {
    String text = String.valueOf(missing.getMessage()).replace('/', '.');
    return (missing instanceof IncompatibleClassChangeError
            || missing instanceof NoClassDefFoundError)
        && SPARKS.stream().anyMatch(text::contains);
  }

  /**
   * Lost executors, stopped contexts, cancelled jobs: not exceptions that our own code threw in a
   * task.
   */
  private static boolean isSpark(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String text = String.valueOf(t.getMessage());
      boolean lost = LOST.stream().anyMatch(text::contains);
      if (lost && (t instanceof SparkException || t instanceof IllegalStateException)) {
        return true;
      }
    }
    return false;
  }

  private static boolean says(Throwable thrown, String text) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SparkException && String.valueOf(t.getMessage()).contains(text)) {
        return true;
      }
    }
    return false;
  }

  private static String firstLine(Throwable thrown) {
    String text = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    return text.lines().findFirst().orElse(thrown.toString());
  }
}
