package dev.strata.driver.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.TestShards;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.pair.PairLearner;
import dev.strata.executor.pair.PairLearnerSpec;
import dev.strata.executor.pair.PairNetwork;
import dev.strata.executor.pair.PairReader;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class PairTaskTest {
  private static final int WIDTH = 4;

  @TempDir private Path folder;
  private Map<String, ShardSet> rows;
  private SmallAuxiliary runs;

  @BeforeEach
  void rows() {
    rows =
        Map.of(
            "train", TestShards.groups(folder.resolve("train"), 3, WIDTH, 4, 5, 3, 4, 2),
            "validation", TestShards.groups(folder.resolve("held-back"), 4, WIDTH, 3, 4, 0, 5));
    runs = new SmallAuxiliary(folder, rows);
  }

  /** A hidden layer below an embedding of two numbers; rows are raised by their random numbers. */
  private static PairTask task() {
    NetworkConfiguration branch =
        TaskHead.embedding(2)
            .on(
                NetworkSettings.of(
                    List.of(LayerSettings.dense(5, "tanh")), UpdaterSettings.of("adam", 0.02)),
                Optional.empty(),
                NetworkInput.numbers(WIDTH),
                1);
    CorruptionPlan augmentation = Raised.plan(WIDTH, 9);
    return new PairTask(
        branch,
        new PairLearnerSpec(PairNetwork.of(branch), StepSettings.STOCK, augmentation, 5),
        6);
  }

  @Test
  void aKilledRunGoesOnToTheSameBytes() {
    AuxiliaryOutcome whole = runs.run("whole", task(), 2, false);
    LearnedTask dying = new SmallAuxiliary.Dying(task(), 3, new AtomicInteger());
    assertThatThrownBy(() -> runs.run("killed", dying, 2, false))
        .isInstanceOf(SmallAuxiliary.Killed.class);
    AuxiliaryOutcome resumed = runs.run("killed", task(), 2, true);

    assertThat(resumed.training().resumedFromRound()).isEqualTo(OptionalLong.of(2));
    assertThat(resumed.model().sha256()).isEqualTo(whole.model().sha256());
    assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    assertThat(resumed.counts()).isEqualTo(Map.of("groups", 14.0, "without-mate", 0.0));
    assertThat(resumed.metrics().get("validation")).containsOnlyKeys("accuracy", "loss", "roc-auc");
  }

  @Test
  void oneWorkerIsLocalTrainingBitForBit() {
    AuxiliaryOutcome outcome = runs.run("one", task(), 1, false);
    Configuration hadoop = new Configuration();
    ShardSet set = rows.get("train");
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    long step = 0;
    try (PairLearner learner = task().spec().create();
        PairReader reader = new PairReader(hadoop, set, manifest, 0, 1)) {
      task().start(SmallAuxiliary.spark(), set, 1).orElseThrow().copyTo(learner.parameters());
      for (int epoch = 0; epoch < SmallAuxiliary.EPOCHS; epoch++) {
        long seed = Seeds.order(SmallAuxiliary.SEED, "auxiliary", epoch);
        EpochOrder order = EpochOrder.of(manifest, 0, 1, 2, seed);
        long pairs = Seeds.reading(SmallAuxiliary.SEED, "auxiliary", epoch);
        for (int from = 0; from < order.rows(); from += SmallAuxiliary.BATCH) {
          int size = Math.min(SmallAuxiliary.BATCH, order.rows() - from);
          learner.counters(step, epoch);
          Nd4j.getRandom().setSeed(Seeds.minibatch(SmallAuxiliary.SEED, "auxiliary", 0, step));
          learner.step(reader.read(order, pairs, from, size));
          step++;
        }
      }
      float[] all = StateVector.of(learner.parameters()).toFloats();
      float[] branch = outcome.model().parameters().toFloats();
      assertThat(all).hasSize(branch.length + PairNetwork.HEAD_PARAMETERS).startsWith(branch);
    }
  }

  @Test
  void trainingStartsWithTheHeadThatSuitsTheFirstDistances() {
    PairTask task = task();
    ShardSet training = rows.get("train");
    StateVector fresh;
    try (PairLearner learner = task.spec().create()) {
      fresh = StateVector.of(learner.parameters());
    }
    StateVector start = task.start(SmallAuxiliary.spark(), training, 2).orElseThrow();
    assertThat(task.parameters(start).toFloats()).isEqualTo(task.parameters(fresh).toFloats());
    assertThat(task.start(SmallAuxiliary.spark(), training, 1).orElseThrow().toFloats())
        .isEqualTo(start.toFloats());
    Map<String, Double> before = task.measure(SmallAuxiliary.spark(), training, fresh, 2);
    Map<String, Double> fitted = task.measure(SmallAuxiliary.spark(), training, start, 2);
    assertThat(fitted.get("loss")).isLessThan(before.get("loss")).isLessThan(Math.log(2));
    assertThat(fitted.get("roc-auc")).isEqualTo(before.get("roc-auc"));
  }

  @Test
  void measuresAreOfAllPairsWhateverTheNumberOfTasks() {
    PairTask task = task();
    StateVector parameters;
    try (PairLearner learner = task.spec().create()) {
      parameters = StateVector.of(learner.parameters());
    }
    Map<String, Double> one = measure(task, parameters, 1);
    assertThat(measure(task, parameters, 2)).isEqualTo(one);
    assertThat(measure(task, parameters, 9)).isEqualTo(one);
    // Without a slope every pair is equally likely to be alike, nearer ones are nearer all the
    // same.
    parameters.set(parameters.length() - 2, 0);
    parameters.set(parameters.length() - 1, 0);
    Map<String, Double> flat = measure(task, parameters, 2);
    assertThat(flat.get("loss")).isCloseTo(Math.log(2), within(1e-12));
    assertThat(flat.get("accuracy")).isEqualTo(0.5);
    assertThat(flat.get("roc-auc")).isEqualTo(one.get("roc-auc")).isGreaterThan(0.6);
  }

  @Test
  void fewLargeGroupsAreMeasuredByAPartOfEach() {
    ShardSet large = TestShards.groups(folder.resolve("large"), 5, WIDTH, 30_000, 1, 1);
    PairTask task = task();
    StateVector parameters = task.start(SmallAuxiliary.spark(), large, 2).orElseThrow();
    Map<String, Double> measured = task.measure(SmallAuxiliary.spark(), large, parameters, 2);
    assertThat(measured.get("roc-auc")).isBetween(0.6, 1.0);
    assertThat(task.measure(SmallAuxiliary.spark(), large, parameters, 1)).isEqualTo(measured);
  }

  @Test
  void rowsWithoutGroupsAreRefused() {
    ShardSet plain = TestShards.patterns(folder.resolve("plain"), 3, WIDTH, 20, 10);
    Throwable thrown = catchThrowable(() -> task().inspect(SmallAuxiliary.spark(), plain, 2));
    assertThat(StrataException.in(thrown))
        .hasValueSatisfying(
            failure ->
                assertThat(failure)
                    .hasMessageContaining("data.group")
                    .hasMessageContaining("have no groups"));
  }

  private Map<String, Double> measure(PairTask task, StateVector parameters, int tasks) {
    return task.measure(SmallAuxiliary.spark(), rows.get("validation"), parameters, tasks);
  }
}
