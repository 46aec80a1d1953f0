package dev.strata.driver.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.ReducerKind;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.ScoreLearner;
import dev.strata.executor.auxiliary.ScoreLearnerSpec;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.UpdaterSettings;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class AuxiliaryTrainingTest {
  private static final int WIDTH = 4;
  private static final int BATCH = 8;
  private static final int EPOCHS = 3;
  private static final long SEED = 7;

  /** Ends a run from within, as a killed driver would: after a round's checkpoint. */
  private static final class Killed extends RuntimeException {}

  @TempDir private Path folder;
  private Map<String, ShardSet> rows;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void rows() {
    rows =
        Map.of(
            "train", TestShards.patterns(folder.resolve("train"), 3, WIDTH, 20, 17, 23, 20),
            "validation", TestShards.patterns(folder.resolve("held-back"), 4, WIDTH, 15, 10));
  }

  private static ScoreTask task() {
    NetworkConfiguration network =
        IdentityHead.SCORE.on(
            NetworkSettings.of(
                List.of(LayerSettings.dense(5, "tanh")), UpdaterSettings.of("adam", 0.02)),
            NetworkInput.numbers(WIDTH),
            1);
    return new ScoreTask(
        TaskType.MAX_MARGIN,
        new ScoreLearnerSpec(network, new Objective.MaxMargin(2, 0.5), Raised.plan(WIDTH, 9), 5),
        6);
  }

  /** The same task, whose n-th measuring ends the run. */
  private record Dying(AuxiliaryTask task, int at, AtomicInteger calls) implements AuxiliaryTask {
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

  private AuxiliaryOutcome run(String output, AuxiliaryTask task, int workers, boolean resume) {
    RunFolder out = RunFolder.of(new Configuration(), folder.resolve(output).toString());
    out.ensureWritable();
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    PrintStream to = new PrintStream(said, true, StandardCharsets.UTF_8);
    try (ProgressView progress = ProgressView.on(to, false)) {
      AuxiliaryRequest request =
          new AuxiliaryRequest(
              "pretrain-auxiliary",
              "run",
              out,
              OutputLease.none(),
              task,
              rows,
              new TrainingSettings(
                  workers,
                  BATCH,
                  OptionalInt.empty(),
                  EPOCHS,
                  1,
                  2,
                  new TrainingSettings.EarlyStopping(0, "loss", 0),
                  TrainingSettings.KeepModel.AUTO,
                  0),
              new AveragingSettings(
                  2, OptimizerState.AVERAGE, ReducerKind.AUTO, 1L << 30, OuterSettings.NONE),
              new CheckpointSettings(1, Duration.ZERO, 2),
              SEED,
              resume,
              false,
              progress);
      return new AuxiliaryTraining(spark, request).run();
    }
  }

  @Test
  void aKilledRunGoesOnToTheSameBytes() {
    AuxiliaryOutcome whole = run("whole", task(), 2, false);
    AuxiliaryTask dying = new Dying(task(), 5, new AtomicInteger());
    assertThatThrownBy(() -> run("killed", dying, 2, false)).isInstanceOf(Killed.class);
    AuxiliaryOutcome resumed = run("killed", task(), 2, true);

    assertThat(said.toString(StandardCharsets.UTF_8)).contains("Resuming after round 4");
    assertThat(resumed.training().resumedFromRound()).isEqualTo(OptionalLong.of(4));
    assertThat(resumed.model().sha256()).isEqualTo(whole.model().sha256());
    assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    assertThat(resumed.counts()).containsEntry("nothing-to-corrupt", 0L);
  }

  @Test
  void oneWorkerIsLocalTrainingBitForBit() {
    AuxiliaryOutcome outcome = run("one", task(), 1, false);
    Configuration hadoop = new Configuration();
    ShardSet set = rows.get("train");
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    long step = 0;
    try (ScoreLearner learner = task().spec().create();
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        EpochOrder order =
            EpochOrder.of(manifest, 0, 1, 2, Seeds.order(SEED, "auxiliary", epoch));
        for (int from = 0; from < order.rows(); from += BATCH) {
          learner.counters(step, epoch);
          Nd4j.getRandom().setSeed(Seeds.minibatch(SEED, "auxiliary", 0, step));
          learner.step(reader.read(order, from, Math.min(BATCH, order.rows() - from)));
          step++;
        }
      }
      assertThat(outcome.model().parameters().toFloats())
          .isEqualTo(StateVector.of(learner.parameters()).toFloats());
    }
  }

  @Test
  void trainingLearnsTheTask() {
    AuxiliaryTask task = task();
    AuxiliaryOutcome outcome = run("out", task, 2, false);
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    StateVector fresh;
    try (var learner = task.learner().create()) {
      fresh = StateVector.of(learner.parameters());
    }
    Map<String, Double> before = task.measure(spark, rows.get("validation"), fresh, 2);
    assertThat(outcome.metrics()).containsOnlyKeys("validation");
    assertThat(outcome.metrics().get("validation").get("loss")).isLessThan(before.get("loss"));
    assertThat(outcome.metrics().get("validation").get("ranking-accuracy")).isGreaterThan(0.9);
    assertThat(outcome.model().optimizerState().length()).isZero();
  }
}
