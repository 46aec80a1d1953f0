package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.finetune.UnlabelledPlan;
import dev.strata.driver.finetune.UnlabelledSettings;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.shard.ShardManifest;
import java.util.Optional;

/** The unlabelled rows that fine-tuning learns from beside the labelled ones. */
final class BesideRows {
  private BesideRows() {}

  /**
   * Prepares them with the model's features.
   *
   * @param run whose folder they lie in
   * @param settings of the fine-tuning
   * @return empty where no unlabelled rows are asked for
   * @throws StrataException (data) where a worker would have none, or where a resumed run had
   *     others
   */
  static Optional<UnlabelledPlan> prepare(ManagedRun run, Settings settings, ModelBundle bundle) {
    Optional<DataSettings> source = FineTuneJob.unlabelled(settings);
    if (source.isEmpty()) {
      return Optional.empty();
    }
    int workers = settings.training().workers();
    PreparedData rows =
        JobData.beside(
            run,
            source.get(),
            run.folder().unlabelled(),
            workers,
            FineTuneJob.features(settings, bundle));
    run.requireSameUnlabelled(rows);
    ShardManifest manifest = rows.manifests().get(SupervisedPhase.TRAIN);
    if (EpochPlan.of(manifest, workers, 1, 1).workerRows().contains(0L)) {
      throw StrataException.data("too few unlabelled rows")
          .key(UnlabelledSettings.SOURCE)
          .found(manifest.rows() + " rows for " + workers + " workers")
          .expected("at least one row for each worker, rather many more")
          .build();
    }
    return Optional.of(
        UnlabelledPlan.of(
            settings.fineTune().unlabelled(),
            rows.shards().get(SupervisedPhase.TRAIN),
            manifest.rows(),
            rows.preprocessing(),
            settings.seed()));
  }
}
