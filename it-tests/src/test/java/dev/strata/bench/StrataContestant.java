package dev.strata.bench;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.RoundTimes;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Strata's averaging engine with two workers; learners are made anew in each epoch's first round.
 */
final class StrataContestant implements Contestant {
  private static final int WORKERS = 2;

  private final BenchTraining training;
  private final List<RoundTimes> times = new ArrayList<>();

  StrataContestant(
      JavaSparkContext spark, BenchData data, int every, OptimizerState optimizerState) {
    training =
        new BenchTraining(
            spark,
            data,
            BenchData.configuration(),
            WORKERS,
            new Race.Settings(BenchData.BATCH, every, BenchData.RATE),
            optimizerState,
            1,
            1);
  }

  @Override
  public void epoch() {
    times.clear();
    training.run((state, outcome, epochEnded) -> times.add(outcome.times()));
    if (Boolean.getBoolean("bench.rounds")) {
      times.forEach(System.err::println);
    }
  }
}
