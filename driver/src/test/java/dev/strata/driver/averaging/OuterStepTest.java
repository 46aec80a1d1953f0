package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings.Type;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.RoundCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Adam;

class OuterStepTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;

  /** Of all minibatches of a whole round together. */
  private static final double WHOLE_WAY = 2;

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
    OuterStep.Moved first = step.from(vector(1), vector(3), StateVector.zeros(0), 1);
    assertThat(first.velocity().get(0)).isEqualTo(2f);
    assertThat(first.parameters().get(0)).isCloseTo(2.8f, within(1e-6f));
    // d = -1, v = 0.8 · 2 - 1 = 0.6, x = 2.8 + 0.5 (-1 + 0.8 · 0.6) = 2.54
    OuterStep.Moved second = step.from(first.parameters(), vector(1.8), first.velocity(), 1);
    assertThat(second.velocity().get(0)).isCloseTo(0.6f, within(1e-6f));
    assertThat(second.parameters().get(0)).isCloseTo(2.54f, within(1e-6f));
  }

  @Test
  @Seeded(1)
  void rateOneWithoutMomentumIsTheMeanBitForBit(Seed seed) {
    SplittableRandom random = seed.splittable();
    int length = 2 * 8192 + 5;
    float[] start = new float[length];
    float[] mean = new float[length];
    for (int i = 0; i < length; i++) {
      start[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-30, 30)));
      mean[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-30, 30)));
    }
    mean[3] = -0f;
    mean[4] = start[4];
    for (double share : new double[] {1, 0.725, 0.15, 0.025}) {
      OuterStep.Moved moved =
          new OuterStep(1, 0, List.of())
              .from(StateVector.of(start), StateVector.of(mean), StateVector.zeros(0), share);
      assertThat(moved.parameters().chunks()).isDeepEqualTo(StateVector.of(mean).chunks());
    }
  }

  /** As all versions before shares computed it. */
  @Test
  @Seeded(2)
  void aWholeRoundIsTheStepThatItAlwaysWasBitForBit(Seed seed) {
    SplittableRandom random = seed.splittable();
    int length = 8192 + 3;
    float[] start = new float[length];
    float[] mean = new float[length];
    float[] velocity = new float[length];
    float[] moved = new float[length];
    float[] kept = new float[length];
    double rate = 0.7;
    double momentum = 0.6;
    for (int i = 0; i < length; i++) {
      start[i] = (float) random.nextGaussian();
      mean[i] = (float) random.nextGaussian();
      velocity[i] = (float) random.nextGaussian();
      double way = (double) mean[i] - start[i];
      kept[i] = (float) (momentum * velocity[i] + way);
      moved[i] = (float) (mean[i] + ((rate - 1) * way + rate * momentum * kept[i]));
    }
    OuterStep.Moved found =
        new OuterStep(rate, momentum, List.of())
            .from(StateVector.of(start), StateVector.of(mean), StateVector.of(velocity), 1);
    assertThat(found.parameters().toFloats()).isEqualTo(moved);
    assertThat(found.velocity().toFloats()).isEqualTo(kept);
  }

  private static OuterStep.Moved after(OuterStep step, double velocity, double... shares) {
    StateVector x = vector(0);
    StateVector v = vector(velocity);
    for (double share : shares) {
      OuterStep.Moved moved = step.from(x, vector(x.get(0) + WHOLE_WAY * share), v, share);
      x = moved.parameters();
      v = moved.velocity();
    }
    return new OuterStep.Moved(x, v);
  }

  /** Where each minibatch goes the same way, it does not matter how they are cut into rounds. */
  @ParameterizedTest
  @CsvSource({"1.0, 0.5", "1.0, 0.75", "0.7, 0.9", "1.0, 0.0", "1.3, 0.05"})
  void cuttingARoundChangesNothingWhereMinibatchesGoTheSameWay(double rate, double momentum) {
    OuterStep step = new OuterStep(rate, momentum, List.of());
    for (double velocity : new double[] {0, 3, -8, WHOLE_WAY / (1 - momentum)}) {
      // Two whole rounds, and the same minibatches cut otherwise.
      OuterStep.Moved whole = after(step, velocity, 1, 1);
      for (double[] cut :
          new double[][] {
            {1, 0.5, 0.5}, {0.85, 0.15, 1}, {0.725, 0.725, 0.55}, {0.1, 0.2, 0.3, 0.4, 0.6, 0.4}
          }) {
        OuterStep.Moved parts = after(step, velocity, cut);
        assertThat(parts.parameters().get(0)).isCloseTo(whole.parameters().get(0), within(1e-4f));
        if (momentum > 0) {
          assertThat(parts.velocity().get(0)).isCloseTo(whole.velocity().get(0), within(1e-4f));
        }
      }
    }
  }

  @Test
  void theWayOfARoundSettlesAtThatOfItsMinibatches() {
    double momentum = 0.75;
    OuterStep step = new OuterStep(0.8, momentum, List.of());
    double[] ways = new double[60];
    for (int i = 0; i < ways.length; i++) {
      ways[i] = i % 3 == 2 ? 0.15 : 1;
    }
    StateVector x = after(step, 0, ways).parameters();
    StateVector y = after(step, 0, Arrays.copyOf(ways, 57)).parameters();
    assertThat(x.get(0) - y.get(0))
        .isCloseTo((float) (2.15 * 0.8 * WHOLE_WAY / (1 - momentum)), within(1e-3f));
  }

  /** A way that was gone once moves the parameters by rate / (1 − momentum) of it in the end. */
  @ParameterizedTest
  @CsvSource({"1.0", "0.725", "0.15", "0.025"})
  void whatAMinibatchMovesInTheEndDoesNotDependOnItsRound(double share) {
    OuterStep step = new OuterStep(0.9, 0.6, List.of());
    OuterStep.Moved moved = step.from(vector(0), vector(1), StateVector.zeros(0), share);
    for (int i = 0; i < 90; i++) {
      StateVector x = moved.parameters();
      moved = step.from(x, x, moved.velocity(), i % 2 == 0 ? 1 : 0.3);
    }
    assertThat(moved.parameters().get(0)).isCloseTo((float) (0.9 / (1 - 0.6)), within(1e-5f));
  }

  @Test
  void runningStatisticsStayAsTheyWerePooled() {
    OuterStep step = new OuterStep(1, 0.9, List.of(new PooledStatistics(1, 2, 1, true)));
    OuterStep.Moved moved = step.from(vector(0, 0, 0), vector(1, 2, 3), vector(1, 0, 0), 1);
    assertThat(moved.parameters().toFloats()[0]).isNotEqualTo(1f);
    assertThat(moved.parameters().get(1)).isEqualTo(2f);
    assertThat(moved.parameters().get(2)).isEqualTo(3f);
    assertThat(moved.velocity().get(1)).isZero();
    assertThat(moved.velocity().get(2)).isZero();
  }

  private static EpochPlan rounds(int workers, int every, long minibatches) {
    return new EpochPlan(Collections.nCopies(workers, minibatches), 1, every);
  }

  /** The default that runs of older versions began with. */
  @Test
  void momentumWithoutAValueFollowsWorkersAndLengthOfRounds() {
    OuterSettings settings = new OuterSettings(Type.NESTEROV, 1, OptionalDouble.empty());
    assertThat(settings.momentum(rounds(1, 40, 400))).isZero();
    assertThat(settings.momentum(rounds(2, 40, 400))).isEqualTo(0.5);
    assertThat(settings.momentum(rounds(4, 40, 400))).isEqualTo(0.5);
    assertThat(settings.momentum(rounds(4, 40, 400).withCut(RoundCut.WHOLE_FIRST))).isEqualTo(0.75);
    assertThat(settings.momentum(rounds(4, 200, 400))).isEqualTo(0.5);
    // Rounds of 29, 29 and 28; of 21 and 20; of 20.
    assertThat(settings.momentum(rounds(2, 40, 86))).isEqualTo(0.5);
    assertThat(settings.momentum(rounds(2, 40, 41))).isEqualTo(0.5);
    assertThat(settings.momentum(rounds(2, 20, 400))).isEqualTo(0.5);
    // An epoch shorter than a round is a short round, whatever was asked for.
    assertThat(settings.momentum(rounds(2, 40, 19))).isZero();
    assertThat(settings.momentum(rounds(2, 5, 400))).isZero();
    assertThat(settings.momentum(rounds(2, 5, 400).withCut(RoundCut.WHOLE_FIRST))).isEqualTo(0.5);
    assertThat(
            new OuterSettings(Type.NESTEROV, 1, OptionalDouble.of(0.3)).momentum(rounds(2, 5, 50)))
        .isEqualTo(0.3);
  }

  @Test
  void theDefaultTrainsAsWithoutAnOuterStep() {
    NetworkConfiguration network = TestNetworks.plain(WIDTH, CLASSES, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 3, WIDTH, CLASSES, false, 21, 13);
    OuterSettings follows = new OuterSettings(Type.NESTEROV, 1, OptionalDouble.of(0));
    Experiment with = new Experiment(network, shards, 2, 4, 1, 1, OptimizerState.AVERAGE, follows);
    Experiment without =
        new Experiment(network, shards, 2, 4, 1, 1, OptimizerState.AVERAGE, OuterSettings.NONE);
    assertThat(with.byEngine().parameters().chunks())
        .isDeepEqualTo(without.byEngine().parameters().chunks());
  }

  @Test
  void theModelIsTheMeanAndTheNextRoundStartsBeyondIt() {
    List<TrainingState> states = new ArrayList<>();
    List<StateVector> means = new ArrayList<>();
    Experiment experiment = experiment(2, nesterov(1, 0.5));
    experiment.byEngine(
        experiment.start(),
        (state, outcome, ended) -> {
          states.add(state);
          means.add(outcome.parameters());
          return true;
        });
    for (int i = 0; i < states.size(); i++) {
      assertThat(states.get(i).model().chunks()).isDeepEqualTo(means.get(i).chunks());
      assertThat(states.get(i).parameters().toFloats())
          .isNotEqualTo(states.get(i).model().toFloats());
    }
    TrainingState none = experiment(2, OuterSettings.NONE).byEngine();
    assertThat(none.model()).isSameAs(none.parameters());
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
