package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.Reducer;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.optimizer.LbfgsSettings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Which reducer a size gets, and which sizes are refused. */
class DriverBoundTest {
  private static final ParameterLayout MILLIONS =
      new ParameterLayout(5_000_000, 10_000_000, List.of());

  private static boolean slices(
      Reducer reducer, OptimizerState kept, int workers, String results, boolean within) {
    SparkConf conf = new SparkConf(false).set("spark.driver.maxResultSize", results);
    AveragingSettings settings =
        new AveragingSettings(5, kept, 4L << 30, OuterSettings.NONE, PolyakSettings.NONE, reducer);
    return DriverBound.slices(conf, settings, MILLIONS, Optional.empty(), workers, within);
  }

  /** 10 pairs of 20 MB each beside 60 MB. */
  @Test
  void theHistoryOfLbfgsCounts() {
    AveragingSettings settings =
        new AveragingSettings(
            5,
            OptimizerState.AVERAGE,
            300L << 20,
            OuterSettings.NONE,
            PolyakSettings.NONE,
            Reducer.COLLECT);
    SparkConf conf = new SparkConf(false);
    assertThat(DriverBound.slices(conf, settings, MILLIONS, Optional.empty(), 2, true)).isFalse();
    assertThatThrownBy(
            () ->
                DriverBound.slices(
                    conf, settings, MILLIONS, Optional.of(LbfgsSettings.DEFAULT), 2, true))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("averaging.driver-limit", "460000000", "network.updater.history");
  }

  private static boolean auto(int workers, String results, boolean within) {
    return slices(Reducer.AUTO, OptimizerState.AVERAGE, workers, results, within);
  }

  @Test
  void largeStatesAreSliced() {
    assertThat(auto(4, "1g", false)).isFalse();
    assertThat(auto(5, "1g", false)).isTrue();
    assertThat(auto(4, "100m", false)).isTrue();
    assertThat(auto(5, "0", false)).isTrue();
    assertThat(auto(500, "0", true)).as("states pass by reference").isFalse();
    assertThat(slices(Reducer.SLICED, OptimizerState.AVERAGE, 2, "1g", true)).isTrue();
    assertThat(slices(Reducer.COLLECT, OptimizerState.AVERAGE, 17, "1g", false)).isFalse();
  }

  @Test
  void moreThanSparksLimitIsRefused() {
    assertThatThrownBy(() -> slices(Reducer.COLLECT, OptimizerState.AVERAGE, 18, "1g", false))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("18 workers × 60000000", "averaging.reducer to sliced");
    assertThat(slices(Reducer.SLICED, OptimizerState.AVERAGE, 18, "1g", false)).isTrue();
    // What each worker keeps comes to the driver in either way.
    assertThatThrownBy(() -> slices(Reducer.AUTO, OptimizerState.KEEP, 27, "1g", false))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("20000000 bytes of means", "27 workers × 40000000");
    assertThatThrownBy(() -> slices(Reducer.SLICED, OptimizerState.AVERAGE, 2, "50m", false))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("60000000 bytes of means");
  }
}
