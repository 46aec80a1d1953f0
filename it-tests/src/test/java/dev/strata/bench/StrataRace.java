package dev.strata.bench;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.executor.network.NetworkConfiguration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Strata's averaging engine. */
final class StrataRace implements Race {
  private final JavaSparkContext spark;
  private final BenchData data;
  private final int workers;

  StrataRace(JavaSparkContext spark, BenchData data, int workers) {
    this.spark = spark;
    this.data = data;
    this.workers = workers;
  }

  @Override
  public double run(Settings settings, long seed, Finish finish) {
    MultiLayerNetwork tested = BenchData.network(seed, settings.rate());
    BenchTraining training =
        new BenchTraining(
            spark,
            data,
            NetworkConfiguration.of(tested),
            workers,
            settings,
            OptimizerState.AVERAGE,
            finish.epochs(),
            seed);
    boolean[] reached = {false};
    int rounds = Math.max(1, Finish.MINIBATCHES / settings.every());
    finish.start();
    training.run(
        (state, outcome, epochEnded) -> {
          if (state.roundInEpoch() % rounds == 0 || epochEnded) {
            state.parameters().copyTo(tested.params());
            reached[0] = finish.isReached(tested);
          }
          return !reached[0];
        });
    return reached[0] ? finish.seconds() : Double.NaN;
  }
}
