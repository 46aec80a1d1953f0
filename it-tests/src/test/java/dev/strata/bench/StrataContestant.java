package dev.strata.bench;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.RoundTimes;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Strata's averaging engine with two workers; learners are made anew in each epoch's first round.
 */
final class StrataContestant implements Contestant {
  private static final int WORKERS = 2;

  private final AveragingTrainer trainer;
  private final AveragingPhase phase;
  private final TrainingState start;
  private final List<RoundTimes> times = new ArrayList<>();

  StrataContestant(
      JavaSparkContext spark, BenchData data, int every, OptimizerState optimizerState) {
    NetworkLearnerSpec spec = new NetworkLearnerSpec(BenchData.configuration());
    trainer =
        new AveragingTrainer(
            spark, new AveragingSettings(every, optimizerState, 1L << 32, OuterSettings.NONE));
    ShardManifest manifest = ManifestFile.read(new Configuration(), data.shards());
    ParameterLayout layout;
    try (Learner learner = spec.create()) {
      layout = learner.layout();
      start =
          TrainingState.beginning(
              0,
              StateVector.of(learner.parameters()),
              StateVector.of(learner.optimizerState()),
              WORKERS,
              optimizerState == OptimizerState.KEEP);
    }
    phase =
        AveragingPhaseBuilder.builder()
            .name("bench")
            .title("bench")
            .learner(spec)
            .layout(layout)
            .shards(data.shards())
            .plan(EpochPlan.of(manifest, WORKERS, BenchData.BATCH, every))
            .shuffleWindow(4)
            .epochs(1)
            .seed(1)
            .build();
  }

  @Override
  public void epoch() {
    times.clear();
    trainer.train(phase, start, (state, outcome, epochEnded) -> times.add(outcome.times()));
    if (Boolean.getBoolean("bench.rounds")) {
      times.forEach(System.err::println);
    }
  }
}
