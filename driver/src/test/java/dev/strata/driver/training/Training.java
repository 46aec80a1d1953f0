package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.driver.watch.RunWatch;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.TargetSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.learning.config.Adam;

/** A small training run whose parts a test can change. */
final class Training {
  static final int WIDTH = 6;
  static final int CLASSES = 3;

  final ShardSet shards;
  String output;
  String phase = "supervised";
  PhasePlace place = PhasePlace.SOLE;
  LearnerSpec learner =
      new NetworkLearnerSpec(TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01)));
  Optional<TrainingRequest.Start> start = Optional.empty();
  Optional<Validator> validator = Optional.empty();
  OuterSettings outer = OuterSettings.NONE;
  OptimizerState optimizerState = OptimizerState.AVERAGE;
  EarlyStopping earlyStopping = new EarlyStopping(0, "loss", 0);
  KeepModel keepModel = KeepModel.AUTO;
  PolyakSettings polyak = PolyakSettings.NONE;
  Optional<PlateauSettings> plateau = Optional.empty();
  Optional<Snapshots> snapshots = Optional.empty();
  int workers = 2;
  int batch = 4;
  int checkpointEvery = 1;
  int every = 2;
  int epochs = 3;
  int validationEvery;
  double divergenceFactor;
  boolean resume;
  boolean allowWorkersChange;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  Training(ShardSet shards, String output) {
    this.shards = shards;
    this.output = output;
  }

  JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  RunFolder folder() {
    return RunFolder.of(spark().hadoopConfiguration(), output);
  }

  TrainingOutcome run() {
    return new PhaseTrainer(spark(), request()).run();
  }

  TrainingRequest request() {
    TrainingSettings training =
        TrainingSettingsBuilder.builder()
            .workers(workers)
            .batchSize(batch)
            .globalBatchSize(OptionalInt.empty())
            .epochs(epochs)
            .validationEvery(validationEvery)
            .shuffleWindow(2)
            .earlyStopping(earlyStopping)
            .keepModel(keepModel)
            .divergenceFactor(divergenceFactor)
            .calibration(TrainingSettings.Calibration.NONE)
            .targets(TargetSettings.NONE)
            .plateau(plateau)
            .build();
    return new TrainingRequest(
        new RunContext(
            "train",
            "run-1",
            folder(),
            OutputLock.none(),
            5,
            resume,
            allowWorkersChange,
            ProgressView.on(new PrintStream(said, true, StandardCharsets.UTF_8), false),
            RunWatch.logging("train")),
        new EngineSettings(
            training,
            new AveragingSettings(
                every, optimizerState, 1L << 30, outer, polyak, AveragingSettings.Reducer.AUTO),
            new CheckpointSettings(checkpointEvery, Duration.ZERO, 2)),
        phase,
        place,
        learner,
        start,
        shards,
        validator,
        Optional.empty(),
        snapshots);
  }

  /** All that was shown to the user. */
  String said() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
