package dev.strata.bench;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.RoundObserver;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Strata's averaging engine on the benchmark's data; each run begins from the network's weights.
 */
final class BenchTraining {
  private final AveragingTrainer trainer;
  private final AveragingPhase phase;
  private final TrainingState start;

  BenchTraining(
      JavaSparkContext spark,
      BenchData data,
      NetworkConfiguration network,
      int workers,
      Race.Settings settings,
      OptimizerState optimizerState,
      int epochs,
      long seed) {
    NetworkLearnerSpec spec = new NetworkLearnerSpec(network);
    trainer =
        new AveragingTrainer(
            spark,
            new AveragingSettings(settings.every(), optimizerState, 1L << 32, OuterSettings.NONE));
    EpochPlan plan =
        EpochPlan.of(
            ManifestFile.read(new Configuration(), data.shards()),
            workers,
            settings.batch(),
            settings.every());
    try (Learner learner = spec.create()) {
      phase =
          AveragingPhaseBuilder.builder()
              .name("bench")
              .title("bench")
              .learner(spec)
              .layout(learner.layout())
              .shards(data.shards())
              .plan(plan)
              .shuffleWindow(4)
              .epochs(epochs)
              .seed(seed)
              .build();
      start =
          TrainingState.beginning(
              0,
              StateVector.of(learner.parameters()),
              StateVector.of(learner.optimizerState()),
              workers,
              optimizerState == OptimizerState.KEEP);
    }
  }

  void run(RoundObserver observer) {
    trainer.train(phase, start, observer);
  }
}
