package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two hundred steps of each updater against {@link HandUpdater}: of learners of ours, and of
 * networks, with regularisation, clipping and schedules as {@code conf/reference.conf} describes
 * them.
 */
class UpdaterStepsTest {
  private static final int STEPS = 200;

  /** Of networks, whose float32 sums drift from float64's with each step. */
  private static final int NETWORK_STEPS = 10;

  private static final double RATE = 0.05;
  private static final int ROWS = 4;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static UpdaterSettings settings(String type, double epsilon) {
    return new UpdaterSettings(
        type, RATE, HandUpdater.MU, HandUpdater.BETA1, HandUpdater.BETA2, epsilon, HandUpdater.RHO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "momentum",
        "nesterovs",
        "adam",
        "adamax",
        "nadam",
        "amsgrad",
        "adagrad",
        "adadelta",
        "rmsprop",
        "none"
      })
  void learnersOfOurs(String type) {
    for (double epsilon : new double[] {1e-8, 1e-2}) {
      for (DataType precision : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
        steps(type, epsilon, precision);
      }
    }
  }

  private static void steps(String type, double epsilon, DataType precision) {
    Random random = new Random(3);
    double[] expected = {0.5, -1.5, 0.25};
    HandUpdater[] hand = hands(type, epsilon, expected.length);
    INDArray parameters = Nd4j.createFromArray(expected.clone()).reshape(1, 3).castTo(precision);
    INDArray gradient = parameters.dup();
    FlatUpdate update =
        new FlatUpdate(
            new UpdateSettings(
                settings(type, epsilon), ScheduleSettings.none(), ClippingSettings.none()),
            parameters,
            gradient,
            List.of(new long[] {0, 3}));
    for (int t = 1; t <= STEPS; t++) {
      for (int i = 0; i < expected.length; i++) {
        double g = (float) (random.nextGaussian() * Math.pow(10, i - 1));
        gradient.putScalar(0, i, g);
        expected[i] -= hand[i].step(g, RATE, t);
      }
      update.apply();
      for (int i = 0; i < expected.length; i++) {
        assertThat(parameters.getDouble(i))
            .as("%s, step %d", type, t)
            .isCloseTo(expected[i], within(5e-6 * (1 + Math.abs(expected[i]))));
      }
    }
  }

  private static HandUpdater[] hands(String type, double epsilon, int count) {
    HandUpdater[] hand = new HandUpdater[count];
    for (int i = 0; i < count; i++) {
      hand[i] = new HandUpdater(type, epsilon);
    }
    return hand;
  }

  /** What stands beside the updater. */
  record Beside(String name, ClippingSettings clipping, double l1, double l2, double weightDecay) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Beside beside(String name, double l1, double l2, double decay) {
    return new Beside(name, ClippingSettings.none(), l1, l2, decay);
  }

  private static Beside clipped(String type, double threshold) {
    return new Beside(type, new ClippingSettings(type, threshold), 0.03, 0.04, 0);
  }

  static Stream<Arguments> networks() {
    List<String> types =
        List.of(
            "sgd",
            "nesterovs",
            "adam",
            "adamax",
            "nadam",
            "amsgrad",
            "adagrad",
            "adadelta",
            "rmsprop",
            "none");
    List<Beside> besides =
        List.of(
            beside("nothing", 0, 0, 0),
            beside("l1 and l2", 0.03, 0.04, 0),
            beside("l1 and weight decay", 0.03, 0, 0.1),
            clipped("l2-global", 0.3),
            clipped("l2-per-layer", 0.3),
            clipped("l2-per-parameter", 0.3),
            clipped("element-wise", 0.2),
            clipped("renormalize-l2-per-layer", 1),
            clipped("renormalize-l2-per-parameter", 1));
    return types.stream()
        .flatMap(type -> besides.stream().map(beside -> Arguments.of(type, beside)));
  }

  /**
   * One linear unit with squared error: the gradient is 2/n Σ (x·w + b − y) x. Clipping comes
   * first, then l1 and l2 of the weight (l2 times w: the loss has half the squares), then the
   * updater, then weight decay (times the learning rate; times 1 where the updater has none).
   */
  @ParameterizedTest
  @MethodSource("networks")
  void networkLearners(String type, Beside beside) {
    for (double epsilon : new double[] {1e-8, 1e-2}) {
      MultiLayerNetwork model = train(type, epsilon, beside, ScheduleSettings.none(), 0);
      double[] expected = byHand(type, epsilon, beside, t -> RATE);
      for (int i = 0; i < expected.length; i++) {
        assertThat(model.params().getDouble(i))
            .as("parameter %d", i)
            .isCloseTo(expected[i], within(3e-5 * (1 + Math.abs(expected[i]))));
      }
    }
  }

  /**
   * A phase that begins 7 minibatches on: the rate follows its schedule, bias correction does not.
   */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "nesterovs", "adam", "adamax", "nadam", "amsgrad", "rmsprop"})
  void schedulesWithAnOffset(String type) {
    ScheduleSettings halving =
        new ScheduleSettings("step", "iteration", 0.5, 3, 1, 100, 1, Map.of());
    Beside none = beside("nothing", 0, 0, 0);
    MultiLayerNetwork model = train(type, 1e-8, none, halving, 7);
    double[] expected = byHand(type, 1e-8, none, t -> RATE * Math.pow(0.5, (7 + t - 1) / 3));
    for (int i = 0; i < expected.length; i++) {
      assertThat(model.params().getDouble(i)).isCloseTo(expected[i], within(2e-5));
    }
  }

  /** Where ND4J would take epsilon for the rate. */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "nesterovs", "adam", "adamax", "nadam", "amsgrad", "rmsprop"})
  void aRateOfZeroMovesNothing(String type) {
    ScheduleSettings zero = new ScheduleSettings("map", "iteration", 1, 1, 1, 1, 1, Map.of(0, 0.0));
    MultiLayerNetwork model = train(type, 1e-2, beside("nothing", 0, 0, 0), zero, 0);
    assertThat(model.params().toDoubleVector()).containsExactly(0.5, -0.25, 0);
  }

  @Test
  void anInfiniteRateIsNotTakenForEpsilon() {
    for (String type : List.of("adam", "adamax", "amsgrad", "nadam")) {
      UpdaterSettings huge = UpdaterSettings.of(type, 1e40);
      INDArray parameters = Nd4j.createFromArray(1f, 2f).reshape(1, 2);
      INDArray gradient = Nd4j.createFromArray(0.5f, -0.5f).reshape(1, 2);
      new FlatUpdate(
              new UpdateSettings(huge, ScheduleSettings.none(), ClippingSettings.none()),
              parameters,
              gradient,
              List.of(new long[] {0, 2}))
          .apply();
      assertThat(Float.isInfinite(parameters.getFloat(0))).as(type).isTrue();
    }
  }

  /** The first step of nadam, in units of the rate: 60 in DL4J. */
  @Test
  void nadamBeginsAsItsPaperSays() {
    INDArray parameters = Nd4j.createFromArray(0f).reshape(1, 1);
    INDArray gradient = Nd4j.createFromArray(0.3f).reshape(1, 1);
    FlatUpdate update =
        new FlatUpdate(
            new UpdateSettings(
                UpdaterSettings.of("nadam", 0.1), ScheduleSettings.none(), ClippingSettings.none()),
            parameters,
            gradient,
            List.of(new long[] {0, 1}));
    update.apply();
    // 0.9 · 0.1 / (1 - 0.81) + 0.1 / 0.1, as torch.optim.NAdam(momentum_decay=0).
    assertThat(parameters.getDouble(0)).isCloseTo(-0.1473684, within(1e-6));
    assertThat(update.notices()).singleElement().asString().contains("nadam").contains("60 times");
  }

  private static MultiLayerNetwork train(
      String type, double epsilon, Beside beside, ScheduleSettings schedule, int offset) {
    NetworkSettings plain =
        NetworkSettings.of(List.of(LayerSettings.output()), settings(type, epsilon));
    NetworkSettings settings =
        NetworkSettingsBuilder.builder()
            .layers(plain.layers())
            .updater(plain.updater())
            .schedule(schedule)
            .clipping(beside.clipping())
            .l1(beside.l1())
            .l2(beside.l2())
            .weightDecay(beside.weightDecay())
            .maxNorm(0)
            .build();
    NetworkConfiguration network = NetworkBuilder.build(settings, 2, OutputTask.values(1), 1);
    NetworkLearner learner =
        new NetworkLearnerSpec(
                network, new ScheduleOffset(offset, 0), StepSettings.clipped(settings.clipping()))
            .create();
    MultiLayerNetwork model = (MultiLayerNetwork) learner.model();
    model.params().assign(Nd4j.createFromArray(0.5f, -0.25f, 0f).reshape(1, 3));
    for (int t = 1; t <= NETWORK_STEPS; t++) {
      learner.counters(t - 1, 0);
      float[][] rows = rows(t);
      INDArray x = Nd4j.createFromArray(new float[ROWS * 2]).reshape(ROWS, 2);
      INDArray y = Nd4j.createFromArray(new float[ROWS]).reshape(ROWS, 1);
      for (int i = 0; i < ROWS; i++) {
        x.putScalar(i, 0, rows[i][0]);
        x.putScalar(i, 1, rows[i][1]);
        y.putScalar(i, 0, rows[i][2]);
      }
      learner.step(
          new Minibatch(
              ROWS, new INDArray[] {x}, new INDArray[] {y}, new INDArray[0], Optional.empty()));
    }
    return model;
  }

  private static float[][] rows(int t) {
    Random random = new Random(t);
    float[][] rows = new float[ROWS][3];
    for (float[] row : rows) {
      row[0] = (float) random.nextGaussian();
      row[1] = (float) random.nextGaussian() * 0.1f;
      row[2] = (float) random.nextGaussian();
    }
    return rows;
  }

  private interface Rate {
    double at(int t);
  }

  private static double[] byHand(String type, double epsilon, Beside beside, Rate rate) {
    double[] w = {0.5, -0.25, 0};
    HandUpdater[] hand = hands(type, epsilon, w.length);
    for (int t = 1; t <= NETWORK_STEPS; t++) {
      double[] g = new double[w.length];
      for (float[] row : rows(t)) {
        double error = row[0] * w[0] + row[1] * w[1] + w[2] - row[2];
        g[0] += 2 * error * row[0] / ROWS;
        g[1] += 2 * error * row[1] / ROWS;
        g[2] += 2 * error / ROWS;
      }
      clip(g, beside.clipping());
      boolean hasRate = !type.equals("none") && !type.equals("adadelta");
      for (int i = 0; i < w.length; i++) {
        boolean weight = i < 2;
        double regular = weight ? beside.l1() * Math.signum(w[i]) + beside.l2() * w[i] : 0;
        double step = hand[i].step(g[i] + regular, rate.at(t), t);
        double decay = weight ? beside.weightDecay() * (hasRate ? rate.at(t) : 1) * w[i] : 0;
        w[i] -= step + decay;
      }
    }
    return w;
  }

  private static void clip(double[] g, ClippingSettings clipping) {
    double limit = clipping.threshold();
    switch (clipping.type()) {
      case "element-wise" -> {
        for (int i = 0; i < g.length; i++) {
          g[i] = Math.max(-limit, Math.min(limit, g[i]));
        }
      }
      case "l2-per-layer", "l2-global" -> scale(g, 0, 3, limit, false);
      case "l2-per-parameter" -> {
        scale(g, 0, 2, limit, false);
        scale(g, 2, 3, limit, false);
      }
      case "renormalize-l2-per-layer" -> scale(g, 0, 3, limit, true);
      case "renormalize-l2-per-parameter" -> {
        scale(g, 0, 2, limit, true);
        scale(g, 2, 3, limit, true);
      }
      default -> {}
    }
  }

  private static void scale(double[] g, int from, int to, double limit, boolean always) {
    double length = 0;
    for (int i = from; i < to; i++) {
      length += g[i] * g[i];
    }
    length = Math.sqrt(length);
    double factor = always ? 1 / length : length > limit ? limit / length : 1;
    for (int i = from; i < to; i++) {
      g[i] *= factor;
    }
  }
}
