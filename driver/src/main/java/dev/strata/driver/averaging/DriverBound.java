package dev.strata.driver.averaging;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.ParameterLayout;
import org.apache.spark.SparkConf;

/** Refuses models that the driver could not average, before any job starts. */
final class DriverBound {
  private DriverBound() {}

  static void check(
      SparkConf spark, AveragingSettings settings, ParameterLayout layout, int workers) {
    long state = Math.multiplyExact(layout.parameters() + layout.optimizerState(), 4L);
    long velocity =
        settings.outer().type() == OuterSettings.Type.NONE ? 0 : layout.parameters() * 4L;
    long average =
        settings.polyak().type() == PolyakSettings.Type.NONE ? 0 : layout.parameters() * 4L;
    long all = state + velocity + average;
    if (all > settings.driverLimitBytes()) {
      throw StrataException.configuration("the model is too large for averaging on the driver")
          .key("averaging.driver-limit")
          .found(
              all
                  + " bytes of parameters and optimizer state"
                  + (velocity > 0 ? " and of the outer step's velocity" : "")
                  + (average > 0 ? " and of the Polyak average" : ""))
          .expected("at most " + settings.driverLimitBytes() + " bytes")
          .build();
    }
    long results = spark.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    long collected = Math.multiplyExact(state, (long) workers);
    if (results > 0 && collected > results) {
      throw StrataException.configuration(
              "the workers' states exceed Spark's limit for results on the driver")
          .key("spark.driver.maxResultSize")
          .found(workers + " workers × " + state + " bytes")
          .expected("at most " + results + " bytes; raise it with --conf, or use fewer workers")
          .build();
    }
  }
}
