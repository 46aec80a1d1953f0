package dev.strata.driver.ml;

import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.data.DataPreparer;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingRun;
import dev.strata.driver.transfer.FineTunePlan;
import dev.strata.driver.transfer.FineTuneRequest;
import dev.strata.driver.transfer.FineTuneSettings;
import dev.strata.driver.transfer.FineTuningRun;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.OutputTask;
import dev.strata.executor.network.SurgerySettings;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** One fit: a view's rows prepared, a network trained on all of them, the model in memory. */
final class ClassifierTraining {
  private static final String JOB = "fit";
  private static final String PHASE = "supervised";
  private static final long BLOCK_SIZE = 128L << 20;
  private static final int DENSIFY_LIMIT = 65536;

  private final SparkSession spark;
  private final Configuration hadoop;
  private final ClassifierSettings settings;
  private final String folder;

  /**
   * @param folder seen by driver and executors, empty
   */
  ClassifierTraining(SparkSession spark, ClassifierSettings settings, String folder) {
    this.spark = spark;
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.folder = folder;
  }

  /**
   * @param view that has the features and the label and nothing else
   * @param tuned the model to start from, if there is one
   */
  ModelBundle train(String view, String label, Optional<ModelBundle> tuned) {
    int workers = settings.training().workers();
    DataPreparer preparer = new DataPreparer(spark);
    String shards = folder + "/shards";
    DataSettings data = data(view, label, tuned.isPresent());
    PreparedData prepared =
        tuned.isPresent()
            ? preparer.prepareWithOwnLabel(
                data, shards, workers, settings.seed(), tuned.get().preprocessing())
            : preparer.prepare(data, shards, workers, settings.seed(), Optional.empty());
    ClassNumbers.of(prepared.preprocessing().classes());
    OutputTask task = OutputTask.classes(prepared.preprocessing().outputWidth());
    ShardSet rows = prepared.shards().get("train");
    RunFolder run = RunFolder.of(hadoop, folder + "/run");
    try (ProgressView progress = silent()) {
      TrainedModel model =
          tuned.isPresent()
              ? fineTuned(tuned.get(), task, rows, run, progress)
              : trained(prepared.preprocessing().inputWidth(), task, rows, run, progress);
      Provenance provenance =
          Provenance.now(
              JOB,
              settings.seed(),
              workers,
              rows.manifestSha256(),
              prepared.counts(),
              tuned.map(bundle -> bundle.model().sha256()).orElse(null),
              Map.of(),
              settings.params());
      return new ModelBundle(JOB, model, prepared.preprocessing(), provenance);
    }
  }

  private TrainedModel trained(
      int width, OutputTask task, ShardSet rows, RunFolder run, ProgressView progress) {
    NetworkConfiguration network =
        NetworkBuilder.build(settings.network(), width, task, settings.seed());
    TrainingRequest request =
        new TrainingRequest(
            JOB,
            PHASE,
            PhasePlace.SOLE,
            JOB,
            run,
            OutputLease.none(),
            new NetworkLearnerSpec(network),
            Optional.empty(),
            rows,
            ManifestFile.read(hadoop, rows),
            Optional.empty(),
            settings.training(),
            settings.averaging(),
            atTheEnd(),
            settings.seed(),
            false,
            false,
            progress);
    return model(network, new TrainingRun(context(), request).run());
  }

  private TrainedModel fineTuned(
      ModelBundle bundle, OutputTask task, ShardSet rows, RunFolder run, ProgressView progress) {
    FineTuneSettings fineTune = FineTuneSettings.NONE.with(SurgerySettings.NONE, settings.freeze());
    FineTunePlan plan =
        FineTunePlan.of(
            bundle,
            settings.network(),
            fineTune,
            task,
            settings.training().epochs(),
            settings.seed(),
            "model");
    FineTuneRequest request =
        new FineTuneRequest(
            JOB,
            JOB,
            run,
            OutputLease.none(),
            plan,
            fineTune,
            rows,
            Optional.empty(),
            (network, parameters, held) -> Map.of(),
            settings.training(),
            settings.averaging(),
            atTheEnd(),
            settings.seed(),
            false,
            false,
            progress);
    return model(plan.network(), new FineTuningRun(context(), request).run());
  }

  private static TrainedModel model(NetworkConfiguration network, TrainingOutcome outcome) {
    return new TrainedModel(
        network,
        outcome.parameters(),
        outcome.optimizerState(),
        outcome.iteration(),
        outcome.epochs());
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  private static CheckpointSettings atTheEnd() {
    return new CheckpointSettings(0, Duration.ZERO, 1);
  }

  /** No progress: there are many fits. */
  private static ProgressView silent() {
    return ProgressView.on(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
  }

  private DataSettings data(String view, String label, boolean given) {
    SourceSettings source =
        new SourceSettings(
            List.of(),
            Optional.empty(),
            Optional.of(view),
            Optional.empty(),
            Optional.empty(),
            Map.of());
    return new DataSettings(
        "auto",
        source,
        List.of(),
        List.of(),
        SourceSettings.NONE,
        SourceSettings.NONE,
        new SplitSettings(
            SplitSettings.By.RANDOM,
            Optional.empty(),
            0,
            0,
            new SplitSettings.Values(List.of(), List.of(), List.of())),
        List.of("*"),
        List.of(),
        List.of(),
        Optional.of(label),
        LabelKind.CLASS,
        Map.of(),
        List.of(),
        Optional.empty(),
        ClassWeights.NONE,
        List.of(),
        MissingPolicy.STRICT,
        UnseenCategory.ERROR,
        given ? Scaling.NONE : settings.scaling(),
        255,
        0,
        0,
        Optional.empty(),
        BLOCK_SIZE,
        0,
        DENSIFY_LIMIT);
  }
}
