package dev.strata.driver.watch;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.slf4j.MDC;

/**
 * Run, phase and round in the diagnostic context (MDC) of the driver's thread, for patterns of
 * Log4j such as {@code %X{mdc.strata.run}}. Spark hands local properties whose names start with
 * {@code mdc.} to its tasks and puts them into their context, so that the same pattern works on
 * executors.
 */
final class LogContext {
  private static final String RUN = "mdc.strata.run";
  private static final String PHASE = "mdc.strata.phase";
  private static final String ROUND = "mdc.strata.round";

  private final String runId;

  LogContext(String runId) {
    this.runId = runId;
    MDC.put(RUN, runId);
  }

  void phase(Optional<SparkContext> spark, String name, long round) {
    put(spark, RUN, runId);
    put(spark, PHASE, name);
    round(spark, round);
  }

  void round(Optional<SparkContext> spark, long round) {
    put(spark, ROUND, Long.toString(round));
  }

  void close(Optional<SparkContext> spark) {
    for (String key : List.of(RUN, PHASE, ROUND)) {
      MDC.remove(key);
      spark.ifPresent(on -> on.setLocalProperty(key, null));
    }
  }

  private static void put(Optional<SparkContext> spark, String key, String value) {
    MDC.put(key, value);
    spark.ifPresent(on -> on.setLocalProperty(key, value));
  }
}
