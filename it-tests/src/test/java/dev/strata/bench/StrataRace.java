package dev.strata.bench;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import org.apache.hadoop.conf.Configuration;
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
    NetworkLearnerSpec spec = new NetworkLearnerSpec(NetworkConfiguration.of(tested));
    boolean[] reached = {false};
    int rounds = Math.max(1, Finish.MINIBATCHES / settings.every());
    try (Learner learner = spec.create()) {
      AveragingPhase phase =
          AveragingPhaseBuilder.builder()
              .name("race")
              .title("race")
              .learner(spec)
              .layout(learner.layout())
              .shards(data.shards())
              .plan(
                  EpochPlan.of(
                      ManifestFile.read(new Configuration(), data.shards()),
                      workers,
                      settings.batch(),
                      settings.every()))
              .shuffleWindow(4)
              .epochs(finish.epochs())
              .seed(seed)
              .build();
      TrainingState start =
          TrainingState.beginning(
              0,
              StateVector.of(learner.parameters()),
              StateVector.of(learner.optimizerState()),
              workers,
              false);
      finish.start();
      new AveragingTrainer(
              spark,
              new AveragingSettings(
                  settings.every(), OptimizerState.AVERAGE, 1L << 32, OuterSettings.NONE))
          .train(
              phase,
              start,
              (state, outcome, epochEnded) -> {
                if (state.roundInEpoch() % rounds == 0 || epochEnded) {
                  state.parameters().copyTo(tested.params());
                  reached[0] = finish.isReached(tested);
                }
                return !reached[0];
              });
    }
    return reached[0] ? finish.seconds() : Double.NaN;
  }
}
