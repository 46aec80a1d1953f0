package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.training.Augmentation;
import dev.strata.driver.training.FewSteps;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.PhaseTrainer;
import dev.strata.driver.training.Snapshots;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingRequestBuilder;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.Validator;
import dev.strata.executor.learner.FullBatchSpec;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.shard.ShardManifest;
import java.util.Optional;

/** Training on labelled rows, as the one phase of its run. */
final class SupervisedPhase {
  static final String TRAIN = "train";
  static final String VALIDATION = "validation";

  private static final String PHASE = "supervised";

  private SupervisedPhase() {}

  /**
   * A warning if new weights take too few steps.
   *
   * @param passes through the rows in an epoch
   */
  static Optional<String> fewSteps(Settings settings, PreparedData data, int passes) {
    TrainingSettings training = settings.training();
    EpochPlan plan =
        EpochPlan.of(
            data.manifests().get(TRAIN),
            training.workers(),
            training.workerBatch(),
            settings.averaging().every());
    return settings.network().updater().isFullBatch()
        ? Optional.empty()
        : FewSteps.notice(training, plan.withPasses(passes));
  }

  /**
   * Trains on the part {@code train}, and validates on {@code validation} where there is one.
   *
   * @param start parameters to start from instead of fresh ones
   * @param data rows as the network takes them
   * @param snapshots models to keep on the way; empty: none
   */
  static TrainingOutcome train(
      ManagedRun run,
      NetworkConfiguration network,
      Optional<TrainingRequest.Start> start,
      PreparedData data,
      Optional<Snapshots> snapshots) {
    Settings settings = run.settings();
    ShardManifest manifest = data.manifests().get(TRAIN);
    WatchedMetricCheck.require(settings.training(), settings.evaluation(), manifest);
    Preprocessing rows = data.preprocessing();
    NetworkLearnerSpec steps = new NetworkLearnerSpec(network, settings.engine().step());
    UpdaterSettings updater = settings.network().updater();
    LearnerSpec plain = updater.isFullBatch() ? new FullBatchSpec(steps, updater.lbfgs()) : steps;
    LearnerSpec learner =
        Augmentation.of(
                settings.augmentation(),
                NetworkShapes.image(network).or(settings.network()::image),
                rows,
                settings.seed())
            .map(augmentation -> augmentation.on(plain, PHASE))
            .orElse(plain);
    Evaluations evaluations = new Evaluations(run, network, rows);
    Optional<Validator> validator =
        Optional.ofNullable(data.shards().get(VALIDATION))
            .map(held -> parameters -> evaluations.of(VALIDATION, held, parameters).metrics());
    try (ProgressView progress = run.context().progress()) {
      TrainingRequest request =
          TrainingRequestBuilder.builder()
              .run(run.training(progress))
              .engine(settings.engine())
              .phase(PHASE)
              .place(PhasePlace.SOLE)
              .learner(learner)
              .rows(data.shards().get(TRAIN))
              .start(start)
              .validator(validator)
              .snapshots(snapshots)
              .build();
      return new PhaseTrainer(run.context().javaSpark(), request).run();
    }
  }
}
