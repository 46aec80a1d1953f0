package dev.strata.driver.auxiliary;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.driver.watch.RunWatch;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.TargetSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** Short runs of auxiliary tasks in a folder, on rows of a test's own. */
final class SmallAuxiliary {
  static final int BATCH = 8;
  static final int EPOCHS = 3;
  static final long SEED = 7;

  private final Path folder;
  private final Map<String, ShardSet> rows;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  /**
   * @param rows by the name of their part
   */
  SmallAuxiliary(Path folder, Map<String, ShardSet> rows) {
    this.folder = folder;
    this.rows = rows;
  }

  /** Ends a run from within, as a killed driver would: after a round's checkpoint. */
  static final class Killed extends RuntimeException {}

  /** The same task, whose n-th measuring ends the run. */
  record Dying(LearnedTask task, int at, AtomicInteger calls) implements LearnedTask {
    @Override
    public String type() {
      return task.type();
    }

    @Override
    public LearnerSpec learner() {
      return task.learner();
    }

    @Override
    public NetworkConfiguration network() {
      return task.network();
    }

    @Override
    public StateVector parameters(StateVector trained) {
      return task.parameters(trained);
    }

    @Override
    public Optional<StateVector> start(JavaSparkContext spark, ShardSet training, int tasks) {
      return task.start(spark, training, tasks);
    }

    @Override
    public Map<String, Long> inspect(JavaSparkContext spark, ShardSet training, int tasks) {
      return task.inspect(spark, training, tasks);
    }

    @Override
    public Map<String, Double> measure(
        JavaSparkContext spark, ShardSet set, StateVector parameters, int tasks) {
      if (calls.incrementAndGet() == at) {
        throw new Killed();
      }
      return task.measure(spark, set, parameters, tasks);
    }
  }

  static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  /** What the runs have told. */
  String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  AuxiliaryOutcome run(String output, AuxiliaryTask task, int workers, boolean resume) {
    RunFolder out = RunFolder.of(new Configuration(), folder.resolve(output).toString());
    out.ensureWritable();
    PrintStream to = new PrintStream(said, true, StandardCharsets.UTF_8);
    try (ProgressView progress = ProgressView.on(to, false)) {
      AuxiliaryRequest request =
          new AuxiliaryRequest(
              new RunContext(
                  "pretrain-auxiliary",
                  "run",
                  out,
                  OutputLock.none(),
                  SEED,
                  resume,
                  false,
                  progress,
                  RunWatch.logging("pretrain-auxiliary")),
              new EngineSettings(
                  TrainingSettingsBuilder.builder()
                      .workers(workers)
                      .batchSize(BATCH)
                      .globalBatchSize(OptionalInt.empty())
                      .epochs(EPOCHS)
                      .validationEvery(1)
                      .shuffleWindow(2)
                      .earlyStopping(new TrainingSettings.EarlyStopping(0, "loss", 0))
                      .keepModel(TrainingSettings.KeepModel.AUTO)
                      .divergenceFactor(0)
                      .calibration(TrainingSettings.Calibration.NONE)
                      .targets(TargetSettings.NONE)
                      .build(),
                  new AveragingSettings(2, OptimizerState.AVERAGE, 1L << 30, OuterSettings.NONE),
                  new CheckpointSettings(1, Duration.ZERO, 2)),
              task,
              Optional.empty(),
              rows);
      return new AuxiliaryTraining(spark(), request).run();
    }
  }
}
