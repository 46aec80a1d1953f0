package dev.strata.driver.pretrain;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.DyingLease;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.driver.watch.RunWatch;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.TargetSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A small stack on patterns, whose parts a test can change: 8 - 6 - 4, the upper layer an RBM. */
final class SmallStack {
  static final int WIDTH = 8;

  ShardSet rows;
  Optional<ShardSet> heldBack = Optional.empty();
  List<LayerPlan> layers =
      List.of(
          new LayerPlan("low", 6, denoising(), phase("adam", 0.05, 0)),
          new LayerPlan("high", 4, machine(), phase("momentum", 0.1, 0)));
  boolean keepActivations;
  Optional<UnrollPlan> unroll = Optional.empty();
  OutputLock lock = OutputLock.none();
  boolean resume;
  int workers = 2;
  int epochs = 2;
  private final String output;
  boolean followsLayers;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  SmallStack(Path folder, String output) {
    this.rows = TestShards.patterns(folder.resolve("rows"), 3, WIDTH, 20, 17, 23, 20);
    this.output = folder.resolve(output).toString();
  }

  static LayerModel denoising() {
    return new AutoencoderModel(
        AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy")
            .withTied(true)
            .withCorruption(InputNoise.masking(0.2)));
  }

  /** With chains of its own, which must survive a kill. */
  static LayerModel machine() {
    return new RbmModel(
        new RbmSettings(
            "binary", "binary", 1, true, false, RbmSettings.Sparsity.none(), 0, 0.01, 1));
  }

  static PhaseSettings phase(String updater, double rate, int patience) {
    return phase(updater, rate, patience, PhaseSettings.LOSS, 0);
  }

  static PhaseSettings phase(
      String updater, double rate, int patience, String metric, double minDelta) {
    return new PhaseSettings(
        new UpdateSettings(
            UpdaterSettings.of(updater, rate), ScheduleSettings.none(), ClippingSettings.none()),
        OptionalInt.empty(),
        patience,
        metric,
        minDelta);
  }

  SmallStack heldBack(Path folder) {
    heldBack = Optional.of(TestShards.patterns(folder.resolve("held-back"), 4, WIDTH, 15, 10));
    return this;
  }

  /** Dies at the n-th commit, as a killed driver would: before anything is written. */
  SmallStack dyingAt(int n) {
    lock = new DyingLease(n);
    return this;
  }

  SmallStack resuming() {
    resume = true;
    return this;
  }

  PretrainedStack run() {
    RunFolder folder = RunFolder.of(new Configuration(), output);
    folder.ensureWritable();
    TrainingSettings training =
        TrainingSettingsBuilder.builder()
            .workers(workers)
            .batchSize(8)
            .globalBatchSize(OptionalInt.empty())
            .epochs(epochs)
            .validationEvery(0)
            .shuffleWindow(2)
            .earlyStopping(new TrainingSettings.EarlyStopping(0, "loss", 0))
            .keepModel(TrainingSettings.KeepModel.AUTO)
            .divergenceFactor(0)
            .calibration(TrainingSettings.Calibration.NONE)
            .targets(TargetSettings.NONE)
            .build();
    AveragingSettings averaging =
        new AveragingSettings(3, OptimizerState.AVERAGE, 1L << 30, OuterSettings.NONE);
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    try (ProgressView progress = ProgressView.on(out, false)) {
      return new Pretraining(
              spark(),
              new PretrainRequest(
                  new RunContext(
                      "pretrain",
                      "run",
                      folder,
                      lock,
                      7,
                      resume,
                      false,
                      progress,
                      RunWatch.logging("pretrain"),
                      followsLayers),
                  new EngineSettings(
                      training, averaging, new CheckpointSettings(1, Duration.ZERO, 2)),
                  new PretrainSettings(layers, keepActivations, unroll),
                  rows,
                  List.of(),
                  heldBack))
          .run();
    }
  }

  static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  Path output() {
    return Path.of(output);
  }
}
