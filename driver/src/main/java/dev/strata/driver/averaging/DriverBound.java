package dev.strata.driver.averaging;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.Reducer;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.optimizer.LbfgsSettings;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Chooses where states are averaged, and refuses models that the driver could not hold. */
final class DriverBound {
  /** Bytes of all workers' states from which the executors average them. */
  private static final long LARGE = 256L << 20;

  private DriverBound() {}

  /**
   * Whether the executors average the states, slice by slice.
   *
   * @param lbfgs where it trains the model
   * @param within whether tasks run in this process: then states are not sent at all
   * @throws StrataException (configuration) where the model is too large, before any job starts
   */
  static boolean slices(
      SparkConf spark,
      AveragingSettings settings,
      ParameterLayout layout,
      Optional<LbfgsSettings> lbfgs,
      int workers,
      boolean within) {
    long state = Math.multiplyExact(layout.parameters() + layout.optimizerState(), 4L);
    long velocity =
        settings.outer().type() == OuterSettings.Type.NONE ? 0 : layout.parameters() * 4L;
    long average =
        settings.polyak().type() == PolyakSettings.Type.NONE ? 0 : layout.parameters() * 4L;
    long pairs = lbfgs.map(own -> own.history() * 2L).orElse(0L);
    long history = Math.multiplyExact(layout.parameters() * 4L, pairs);
    long all = state + velocity + average + history;
    if (all > settings.driverLimitBytes()) {
      throw StrataException.configuration("the model is too large for averaging on the driver")
          .key("averaging.driver-limit")
          .found(
              all
                  + " bytes of parameters and optimizer state"
                  + (velocity > 0 ? " and of the outer step's velocity" : "")
                  + (average > 0 ? " and of the Polyak average" : "")
                  + (history > 0 ? " and of network.updater.history" : ""))
          .expected("at most " + settings.driverLimitBytes() + " bytes")
          .build();
    }
    long results = spark.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    boolean sliced = slices(settings, state, results, workers, within);
    // What each worker keeps comes to the driver in either way.
    boolean keeps = settings.optimizerState() == OptimizerState.KEEP;
    long once = sliced ? (keeps ? layout.parameters() * 4L : state) : 0;
    long each = sliced ? (keeps ? layout.optimizerState() * 4L : 0) : state;
    long collected = Math.addExact(once, Math.multiplyExact(each, (long) workers));
    if (results > 0 && collected > results) {
      throw StrataException.configuration(
              "the workers' states exceed Spark's limit for results on the driver")
          .key("spark.driver.maxResultSize")
          .found(
              (once > 0 ? once + " bytes of means and " : "")
                  + workers
                  + " workers × "
                  + each
                  + " bytes")
          .expected(
              "at most "
                  + results
                  + " bytes; raise it with --conf, use fewer workers"
                  + (sliced ? "" : ", or set averaging.reducer to sliced"))
          .build();
    }
    return sliced;
  }

  private static boolean slices(
      AveragingSettings settings, long state, long results, int workers, boolean within) {
    if (settings.reducer() != Reducer.AUTO) {
      return settings.reducer() == Reducer.SLICED;
    }
    long most = results > 0 ? Math.min(LARGE, results) : LARGE;
    return !within && Math.multiplyExact(state, (long) workers) > most;
  }
}
