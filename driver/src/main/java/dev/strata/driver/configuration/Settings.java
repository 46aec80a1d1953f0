package dev.strata.driver.configuration;

import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.EvaluationSettings;
import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.imports.ImportSettings;
import dev.strata.driver.mlflow.MlflowSettings;
import dev.strata.driver.pretrain.PretrainSettings;
import dev.strata.driver.quickstart.QuickstartSettings;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.tuning.TuneSettings;
import dev.strata.driver.zoo.ZooSettings;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.device.DeviceFallback;
import dev.strata.executor.network.NetworkSettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * A whole configuration, read and checked.
 *
 * @param seed of everything random
 * @param models folders of finished runs, of bundles or of snapshots, or names in the zoo; at most
 *     one for commands that do not use several
 * @param imports the section {@code import}
 * @param allowWorkersChange {@code resume.allow-workers-change}
 * @param augmentation what training changes in rows, in order: {@code training.augmentation}
 * @param snapshots newest models to keep of those at the ends of the schedule's cycles: {@code
 *     training.snapshots}
 * @param deviceFallback {@code device.fallback}
 * @param sparkMaster master of the embedded Spark
 */
@RecordBuilder
public record Settings(
    long seed,
    OutputSettings output,
    List<String> models,
    ZooSettings zoo,
    ImportSettings imports,
    InitSettings init,
    DataSettings data,
    NetworkSettings network,
    PretrainSettings pretrain,
    FineTuneSettings fineTune,
    TaskSettings task,
    CompareSettings compare,
    TuneSettings tune,
    TrainingSettings training,
    List<CorruptionSpec> augmentation,
    int snapshots,
    AveragingSettings averaging,
    CheckpointSettings checkpoint,
    boolean allowWorkersChange,
    EvaluationSettings evaluation,
    ExtractSettings extract,
    QuickstartSettings quickstart,
    MlflowSettings mlflow,
    ReportSettings report,
    DeviceFallback deviceFallback,
    Optional<String> sparkMaster) {
  public Settings {
    models = List.copyOf(models);
    augmentation = List.copyOf(augmentation);
  }

  /** The model, for commands that use one. */
  public Optional<String> model() {
    return models.stream().findFirst();
  }

  /** How rounds of training go. */
  public EngineSettings engine() {
    return new EngineSettings(training, averaging, checkpoint, training.step(network));
  }
}
