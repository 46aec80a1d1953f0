package dev.strata.driver.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.TestShards;
import dev.strata.executor.auxiliary.ContrastiveObjective;
import dev.strata.executor.auxiliary.CopyLearner;
import dev.strata.executor.auxiliary.CopyLearnerSpec;
import dev.strata.executor.auxiliary.MaskObjective;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.ScoreObjective;
import dev.strata.executor.auxiliary.SoftLabelObjective;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.BlockLabels;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class AuxiliaryTrainingTest {
  private static final int WIDTH = 4;

  @TempDir private Path folder;
  private Map<String, ShardSet> rows;
  private SmallAuxiliary runs;

  @BeforeEach
  void rows() {
    rows =
        Map.of(
            "train", TestShards.patterns(folder.resolve("train"), 3, WIDTH, 20, 17, 23, 20),
            "validation", TestShards.patterns(folder.resolve("held-back"), 4, WIDTH, 15, 10));
    runs = new SmallAuxiliary(folder, rows);
  }

  /** A teacher that tells whether the first number is above the second, and how surely. */
  private static float[] label(float[] row, double[] none) {
    float first = (float) (1 / (1 + Math.exp(4 * (row[1] - row[0]))));
    return new float[] {first, 1 - first};
  }

  /** The task's rows: with labels where it needs them. */
  private void rowsOf(TaskType type) {
    if (type == TaskType.TEACHER) {
      rows =
          Map.of(
              "train", labelled(rows.get("train"), folder.resolve("soft-train")),
              "validation", labelled(rows.get("validation"), folder.resolve("soft-held-back")));
      runs = new SmallAuxiliary(folder, rows);
    }
  }

  private static ShardSet labelled(ShardSet set, Path to) {
    Configuration hadoop = new Configuration();
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    BlockLabels blocks =
        new BlockLabels(set, to.toUri().toString(), 2, AuxiliaryTrainingTest::label);
    return ManifestFile.write(
        hadoop,
        new org.apache.hadoop.fs.Path(to.toUri()),
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            manifest.split(),
            manifest.rows(),
            BlockLabels.arrays(manifest, 2),
            List.of(),
            List.of(),
            IntStream.range(0, manifest.blocks().size())
                .mapToObj(i -> blocks.write(hadoop, i))
                .toList(),
            manifest.counts()));
  }

  private static CopyTask task(TaskType type) {
    List<ColumnSpan> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> new ColumnSpan(i, 1, false)).toList();
    Objective objective =
        switch (type) {
          case CONTRASTIVE -> new ContrastiveObjective(0.5);
          case MASK_ESTIMATION -> new MaskObjective(columns, WIDTH, 2);
          case TEACHER -> new SoftLabelObjective(1, true);
          default -> new ScoreObjective.MaxMargin(2, 0.5);
        };
    TaskHead head =
        switch (type) {
          case CONTRASTIVE -> TaskHead.projection(2, 6);
          case MASK_ESTIMATION -> TaskHead.estimates(2 * WIDTH);
          case TEACHER -> TaskHead.labels(OutputTask.classes(2));
          default -> TaskHead.SCORE;
        };
    NetworkConfiguration network =
        head.on(
            NetworkSettings.of(
                List.of(LayerSettings.dense(5, "tanh")), UpdaterSettings.of("adam", 0.02)),
            Optional.empty(),
            NetworkInput.numbers(WIDTH),
            1);
    return new CopyTask(
        type,
        new CopyLearnerSpec(network, StepSettings.STOCK, objective, Raised.plan(WIDTH, 9), 5),
        head.saved(network),
        type == TaskType.CONTRASTIVE ? SmallAuxiliary.BATCH : CopyTask.ROWS_AT_ONCE,
        6);
  }

  @ParameterizedTest
  @EnumSource(names = {"MAX_MARGIN", "CONTRASTIVE", "MASK_ESTIMATION", "TEACHER"})
  void aKilledRunGoesOnToTheSameBytes(TaskType type) {
    rowsOf(type);
    AuxiliaryOutcome whole = runs.run("whole", task(type), 2, false);
    LearnedTask dying = new SmallAuxiliary.Dying(task(type), 5, new AtomicInteger());
    assertThatThrownBy(() -> runs.run("killed", dying, 2, false))
        .isInstanceOf(SmallAuxiliary.Killed.class);
    AuxiliaryOutcome resumed = runs.run("killed", task(type), 2, true);

    assertThat(runs.said()).contains("Resuming after round 4");
    assertThat(resumed.training().resumedFromRound()).isEqualTo(OptionalLong.of(4));
    assertThat(resumed.model().sha256()).isEqualTo(whole.model().sha256());
    assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    assertThat(resumed.counts()).containsEntry("nothing-to-corrupt", 0.0);
  }

  @ParameterizedTest
  @EnumSource(names = {"MAX_MARGIN", "CONTRASTIVE", "MASK_ESTIMATION", "TEACHER"})
  void oneWorkerIsLocalTrainingBitForBit(TaskType type) {
    rowsOf(type);
    AuxiliaryOutcome outcome = runs.run("one", task(type), 1, false);
    Configuration hadoop = new Configuration();
    ShardSet set = rows.get("train");
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    long step = 0;
    try (CopyLearner learner = task(type).spec().create();
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int epoch = 0; epoch < SmallAuxiliary.EPOCHS; epoch++) {
        EpochOrder order =
            EpochOrder.of(manifest, 0, 1, 2, Seeds.order(SmallAuxiliary.SEED, "auxiliary", epoch));
        for (int from = 0; from < order.rows(); from += SmallAuxiliary.BATCH) {
          learner.counters(step, epoch);
          Nd4j.getRandom().setSeed(Seeds.minibatch(SmallAuxiliary.SEED, "auxiliary", 0, step));
          learner.step(
              reader.read(order, from, Math.min(SmallAuxiliary.BATCH, order.rows() - from)));
          step++;
        }
      }
      // Of the encoder tasks the lowest layer alone.
      StateVector expected = task(type).parameters(StateVector.of(learner.parameters()));
      assertThat(outcome.model().parameters().toFloats()).isEqualTo(expected.toFloats());
      assertThat(expected.length())
          .isEqualTo(type.savesEncoder() ? 4 * 5 + 5 : learner.parameters().length());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MAX_MARGIN", "CONTRASTIVE", "MASK_ESTIMATION", "TEACHER"})
  void trainingLearnsTheTask(TaskType type) {
    rowsOf(type);
    LearnedTask task = task(type);
    AuxiliaryOutcome outcome = runs.run("out", task, 2, false);
    JavaSparkContext spark = SmallAuxiliary.spark();
    StateVector fresh;
    try (var learner = task.learner().create()) {
      fresh = StateVector.of(learner.parameters());
    }
    Map<String, Double> before = task.measure(spark, rows.get("validation"), fresh, 2);
    assertThat(outcome.metrics()).containsOnlyKeys("validation");
    assertThat(outcome.metrics().get("validation").get("loss")).isLessThan(before.get("loss"));
    assertThat(outcome.metrics().get("validation")).containsOnlyKeys(type.metrics());
    if (type == TaskType.MAX_MARGIN) {
      assertThat(outcome.metrics().get("validation").get("ranking-accuracy")).isGreaterThan(0.9);
    }
    assertThat(outcome.model().optimizerState().length()).isZero();
  }
}
