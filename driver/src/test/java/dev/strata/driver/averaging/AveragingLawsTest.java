package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerRound;
import dev.strata.executor.round.WorkerState;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.step.TargetSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** What averaging promises, whatever is trained. */
class AveragingLawsTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;

  @TempDir Path folder;

  static Stream<Arguments> networks() {
    List<Arguments> cases = new ArrayList<>();
    for (IUpdater updater : List.of(new Sgd(0.1), new Adam(0.01))) {
      String name = updater.getClass().getSimpleName();
      cases.add(Arguments.of(name + " plain", TestNetworks.plain(WIDTH, CLASSES, updater.clone())));
      cases.add(
          Arguments.of(
              name + " dropout, batch norm",
              TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, updater.clone())));
      cases.add(Arguments.of(name + " graph", TestNetworks.graph(WIDTH, CLASSES, updater.clone())));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void oneWorkerIsLocalTrainingBitForBit(String name, NetworkConfiguration network) {
    ShardSet shards = TestShards.clusters(folder, 1, WIDTH, CLASSES, false, 23, 20, 19);
    for (OptimizerState state : OptimizerState.values()) {
      Experiment experiment = new Experiment(network, shards, 1, 8, 3, 2, state);
      TrainingState engine = experiment.byEngine();
      boolean fast = !name.endsWith("graph");
      Experiment.Trained local = fast ? experiment.byOneLearner() : experiment.byOneMachine();
      assertThat(engine.parameters().chunks()).isDeepEqualTo(local.parameters().chunks());
      StateVector optimizer =
          state == OptimizerState.KEEP
              ? engine.workers().get(0).optimizerState()
              : engine.optimizerState();
      assertThat(optimizer.chunks()).isDeepEqualTo(local.optimizerState().chunks());
      assertThat(engine.iteration()).isEqualTo(16);
      assertThat(engine.examples()).isEqualTo(124);
      float[] stock = experiment.byOneMachine().parameters().toFloats();
      assertThat(local.parameters().toFloats()).containsExactly(stock, within(1e-4f));
    }
  }

  /** Everything that a step has beside the stock configuration, on both paths, with row weights. */
  @ParameterizedTest
  @ValueSource(strings = {"batch-norm", "plain", "residual"})
  void targetsClippingAndDroppedWeightsObeyTheLaws(String kind) {
    LayerSettings dense =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(7))
            .dropConnect(Optional.of(0.3))
            .maxNorm(Optional.of(0.8))
            .build();
    List<LayerSettings> layers = new ArrayList<>(List.of(dense));
    layers.add(
        new LayerSettings.Dropout(
            LayerSettings.Dropout.Kind.GAUSSIAN, Optional.of(0.2), Optional.empty()));
    if (kind.equals("batch-norm")) {
      layers.add(LayerSettings.batchNorm());
    }
    if (kind.equals("residual")) {
      LayerSettings last = LayerSettings.dense(7, "identity");
      layers.add(LayerSettings.residual(0.6, dense, LayerSettings.batchNorm(), last));
    }
    layers.add(LayerSettings.output());
    NetworkConfiguration network =
        NetworkBuilder.build(
            NetworkSettings.of(layers, UpdaterSettings.of("adam", 0.01)),
            WIDTH,
            OutputTask.classes(CLASSES),
            1);
    StepSettings step =
        new StepSettings(new TargetSettings(0.1, 0.4), new ClippingSettings("l2-global", 0.05));
    ShardSet one = TestShards.clusters(folder, 1, WIDTH, CLASSES, true, 23, 20, 19);
    Experiment local = new Experiment(network, one, 1, 8, 3, 2, OptimizerState.AVERAGE).with(step);
    float[] engine = local.byEngine().parameters().toFloats();
    assertThat(engine).isEqualTo(local.byOneLearner().parameters().toFloats());
    assertThat(engine)
        .isNotEqualTo(local.with(StepSettings.STOCK).byEngine().parameters().toFloats());

    ShardSet two = TestShards.clusters(folder.resolve("two"), 3, WIDTH, CLASSES, false, 21, 13, 17);
    Experiment experiment =
        new Experiment(network, two, 2, 4, 2, 3, OptimizerState.AVERAGE).with(step);
    List<TrainingState> states = new ArrayList<>();
    TrainingState whole =
        experiment.byEngine(
            experiment.start(),
            (state, outcome, epochEnded) -> {
              states.add(state);
              return true;
            });
    TrainingState stopped =
        experiment.byEngine(experiment.start(), (state, outcome, ended) -> state.round() < 3);
    assertSame(stopped, states.get(2));
    WorkerRound.releaseAll();
    assertSame(experiment.byEngine(stopped, (state, outcome, ended) -> true), whole);
  }

  @ParameterizedTest(name = "{0} workers, weights {1}")
  @CsvSource({"2, false", "2, true", "4, false", "4, true"})
  void averagingEveryStepOfPlainSgdIsOneMachineWithAllRows(int workers, boolean weighted) {
    NetworkConfiguration network = TestNetworks.plain(WIDTH, CLASSES, new Sgd(0.1));
    // Unequal shards: some workers run out of rows before the others, one block is empty, one
    // worker has a last minibatch of one row.
    ShardSet shards =
        TestShards.clusters(folder, 2, WIDTH, CLASSES, weighted, 21, 9, 0, 14, 11, 12, 3);
    Experiment experiment =
        new Experiment(network, shards, workers, 5, 1, 3, OptimizerState.AVERAGE);
    float[] engine = experiment.byEngine().parameters().toFloats();
    float[] machine = experiment.byOneMachine().parameters().toFloats();
    float[] fresh = experiment.start().parameters().toFloats();
    assertThat(engine).hasSameSizeAs(machine);
    double moved = 0;
    for (int i = 0; i < machine.length; i++) {
      assertThat(engine[i]).as("parameter %d", i).isCloseTo(machine[i], within(1e-5f));
      moved = Math.max(moved, Math.abs(machine[i] - fresh[i]));
    }
    assertThat(moved).as("training moved the parameters").isGreaterThan(0.05);
  }

  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void repeatedAndInterruptedRunsGiveTheSameBytes(OptimizerState optimizerState) {
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 3, WIDTH, CLASSES, false, 21, 13, 17, 12);
    Experiment experiment = new Experiment(network, shards, 2, 4, 2, 3, optimizerState);
    List<TrainingState> states = new ArrayList<>();
    TrainingState whole =
        experiment.byEngine(
            experiment.start(),
            (state, outcome, epochEnded) -> {
              states.add(state);
              return true;
            });
    for (int stop : new int[] {1, 4, states.size() - 1}) {
      TrainingState stopped =
          experiment.byEngine(
              experiment.start(), (state, outcome, epochEnded) -> state.round() < stop);
      assertSame(stopped, states.get(stop - 1));
      assertSame(experiment.byEngine(stopped, (state, outcome, ended) -> true), whole);
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void statesThatPassThroughSparkGiveTheSameBytes(OptimizerState optimizerState) {
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 3, WIDTH, CLASSES, false, 21, 13, 17, 12);
    Experiment experiment = new Experiment(network, shards, 2, 4, 2, 2, optimizerState);
    RoundObserver toTheEnd = (state, outcome, epochEnded) -> true;
    TrainingState passed = experiment.byEngine(experiment.start(), toTheEnd, false);
    assertSame(passed, experiment.byEngine(experiment.start(), toTheEnd, true));
  }

  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void losingTheResidentLearnersChangesNothing(OptimizerState optimizerState) {
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 4, WIDTH, CLASSES, false, 21, 13, 17, 12);
    Experiment experiment = new Experiment(network, shards, 2, 4, 2, 2, optimizerState);
    TrainingState resident = experiment.byEngine();
    List<Integer> released = new ArrayList<>();
    TrainingState lost =
        experiment.byEngine(
            experiment.start(),
            (state, outcome, epochEnded) -> {
              released.add(WorkerRound.releaseAll());
              return true;
            });
    // Two learners stay between rounds; one where the shorter worker has run out of rows.
    assertThat(released).contains(2).allMatch(count -> count == 1 || count == 2);
    assertSame(lost, resident);
  }

  @Test
  void workersWithoutRowsAndFewerRowsThanWorkers() {
    NetworkConfiguration network = TestNetworks.plain(WIDTH, CLASSES, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 5, WIDTH, CLASSES, false, 1, 0, 1, 0);
    Experiment four = new Experiment(network, shards, 4, 8, 5, 3, OptimizerState.AVERAGE);
    TrainingState trained = four.byEngine();
    assertThat(trained.examples()).isEqualTo(6);
    assertThat(trained.round()).isEqualTo(3);
    assertThat(trained.iteration()).isEqualTo(3);
    for (float value : trained.parameters().toFloats()) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void aLateWorkerDoesNotHoldTheCounterBack() {
    NetworkConfiguration network = TestNetworks.plain(WIDTH, CLASSES, new Sgd(0.1));
    ShardSet shards = TestShards.clusters(folder, 6, WIDTH, CLASSES, false, 40, 8);
    Experiment experiment = new Experiment(network, shards, 2, 4, 4, 2, OptimizerState.AVERAGE);
    List<Long> iterations = new ArrayList<>();
    experiment.byEngine(
        experiment.start(),
        (state, outcome, epochEnded) -> {
          iterations.add(state.iteration());
          return true;
        });
    // The longer worker has 10 minibatches an epoch, in three even rounds: 4, 3 and 3.
    assertThat(iterations).containsExactly(4L, 7L, 10L, 14L, 17L, 20L);
  }

  /** Also of other tests: every byte that a next round or a checkpoint depends on. */
  static void assertSame(TrainingState found, TrainingState expected) {
    assertThat(found.parameters().chunks()).isDeepEqualTo(expected.parameters().chunks());
    assertThat(found.optimizerState().chunks()).isDeepEqualTo(expected.optimizerState().chunks());
    assertThat(found.round()).isEqualTo(expected.round());
    assertThat(found.iteration()).isEqualTo(expected.iteration());
    assertThat(found.examples()).isEqualTo(expected.examples());
    for (int w = 0; w < expected.workers().size(); w++) {
      WorkerState mine = found.workers().get(w);
      WorkerState theirs = expected.workers().get(w);
      assertThat(mine.learnerState()).isEqualTo(theirs.learnerState());
      assertThat(mine.optimizerState().chunks()).isDeepEqualTo(theirs.optimizerState().chunks());
    }
  }
}
