package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings.Type;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

class OuterStepTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;

  @TempDir Path folder;

  private static StateVector vector(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return StateVector.of(floats);
  }

  @Test
  void twoStepsByHand() {
    OuterStep step = new OuterStep(0.5, 0.8, List.of());
    // d = 2, v = 2, x = 1 + 0.5 (2 + 0.8 · 2) = 2.8
    OuterStep.Moved first = step.from(vector(1), vector(3), StateVector.zeros(0));
    assertThat(first.velocity().get(0)).isEqualTo(2f);
    assertThat(first.parameters().get(0)).isCloseTo(2.8f, within(1e-6f));
    // d = -1, v = 0.8 · 2 - 1 = 0.6, x = 2.8 + 0.5 (-1 + 0.8 · 0.6) = 2.54
    OuterStep.Moved second = step.from(first.parameters(), vector(1.8), first.velocity());
    assertThat(second.velocity().get(0)).isCloseTo(0.6f, within(1e-6f));
    assertThat(second.parameters().get(0)).isCloseTo(2.54f, within(1e-6f));
  }

  @Test
  void rateOneWithoutMomentumIsTheMeanBitForBit() {
    SplittableRandom random = new SplittableRandom(1);
    int length = 2 * 8192 + 5;
    float[] start = new float[length];
    float[] mean = new float[length];
    for (int i = 0; i < length; i++) {
      start[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-30, 30)));
      mean[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-30, 30)));
    }
    mean[3] = -0f;
    mean[4] = start[4];
    OuterStep.Moved moved =
        new OuterStep(1, 0, List.of())
            .from(StateVector.of(start), StateVector.of(mean), StateVector.zeros(0));
    assertThat(moved.parameters().chunks()).isDeepEqualTo(StateVector.of(mean).chunks());
  }

  @Test
  void runningStatisticsStayAsTheyWerePooled() {
    OuterStep step = new OuterStep(1, 0.9, List.of(new PooledStatistics(1, 2, 1, true)));
    OuterStep.Moved moved = step.from(vector(0, 0, 0), vector(1, 2, 3), vector(1, 0, 0));
    assertThat(moved.parameters().toFloats()[0]).isNotEqualTo(1f);
    assertThat(moved.parameters().get(1)).isEqualTo(2f);
    assertThat(moved.parameters().get(2)).isEqualTo(3f);
    assertThat(moved.velocity().get(1)).isZero();
    assertThat(moved.velocity().get(2)).isZero();
  }

  @Test
  void momentumWithoutAValueFollowsTheNumberOfWorkers() {
    OuterSettings settings = new OuterSettings(Type.NESTEROV, 1, OptionalDouble.empty());
    assertThat(settings.momentum(1)).isZero();
    assertThat(settings.momentum(4)).isEqualTo(0.75);
    assertThat(new OuterSettings(Type.NESTEROV, 1, OptionalDouble.of(0.3)).momentum(4))
        .isEqualTo(0.3);
  }

  private Experiment experiment(int workers, OuterSettings outer) {
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 3, WIDTH, CLASSES, false, 21, 13, 17, 12);
    return new Experiment(network, shards, workers, 4, 2, 3, OptimizerState.AVERAGE, outer);
  }

  private static OuterSettings nesterov(double rate, double momentum) {
    return new OuterSettings(Type.NESTEROV, rate, OptionalDouble.of(momentum));
  }

  @Test
  void rateOneWithoutMomentumTrainsAsWithoutAnOuterStep() {
    TrainingState none = experiment(2, OuterSettings.NONE).byEngine();
    TrainingState plain = experiment(2, nesterov(1, 0)).byEngine();
    assertThat(plain.parameters().chunks()).isDeepEqualTo(none.parameters().chunks());
    assertThat(plain.optimizerState().chunks()).isDeepEqualTo(none.optimizerState().chunks());
    assertThat(none.velocity().length()).isZero();
    TrainingState fast = experiment(2, nesterov(1, 0.5)).byEngine();
    assertThat(fast.parameters().toFloats()).isNotEqualTo(none.parameters().toFloats());
  }

  @Test
  void oneWorkerIsLocalTrainingWithTheMomentumThatFollows() {
    OuterSettings follows = new OuterSettings(Type.NESTEROV, 1, OptionalDouble.empty());
    assertThat(experiment(1, follows).byEngine().parameters().chunks())
        .isDeepEqualTo(experiment(1, OuterSettings.NONE).byEngine().parameters().chunks());
  }

  @Test
  void anInterruptedRunGoesOnToTheSameBytes() {
    Experiment experiment = experiment(2, nesterov(0.7, 0.9));
    List<TrainingState> states = new ArrayList<>();
    TrainingState whole =
        experiment.byEngine(
            experiment.start(),
            (state, outcome, epochEnded) -> {
              states.add(state);
              return true;
            });
    for (int stop : new int[] {1, 3, states.size() - 1}) {
      TrainingState resumed =
          experiment.byEngine(states.get(stop - 1), (state, outcome, ended) -> true);
      assertThat(resumed.parameters().chunks()).isDeepEqualTo(whole.parameters().chunks());
      assertThat(resumed.velocity().chunks()).isDeepEqualTo(whole.velocity().chunks());
    }
  }
}
