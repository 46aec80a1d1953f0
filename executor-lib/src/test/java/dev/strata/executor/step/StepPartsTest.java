package dev.strata.executor.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Clipping by the global norm, DropConnect and max-norm against their equations, on each path. */
class StepPartsTest {
  private static final int ROWS = 6;
  private static final int IN = 4;
  private static final INDArray[] NONE = {};

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static LayerSettings dense(UnaryOperator<LayerSettingsDenseBuilder> more) {
    var builder =
        LayerSettingsDenseBuilder.builder().units(Optional.of(5)).activation(Optional.of("tanh"));
    return more.apply(builder).build();
  }

  private static NetworkConfiguration network(
      UpdaterSettings updater, double l2, LayerSettings... below) {
    List<LayerSettings> layers = new ArrayList<>(List.of(below));
    layers.add(LayerSettings.output());
    NetworkSettings plain = NetworkSettings.of(layers, updater);
    return NetworkBuilder.build(
        NetworkSettingsBuilder.builder(plain).l2(l2).build(), IN, OutputTask.classes(3), 3);
  }

  private static Minibatch rows(int seed, DataType type) {
    Nd4j.getRandom().setSeed(100 + seed);
    INDArray labels = Nd4j.zeros(type, ROWS, 3);
    for (int i = 0; i < ROWS; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new Minibatch(
        ROWS,
        new INDArray[] {Nd4j.randn(type, ROWS, IN).muli(3)},
        new INDArray[] {labels},
        NONE,
        Optional.empty());
  }

  private static StepSettings clipped(double threshold) {
    return StepSettings.clipped(new ClippingSettings("l2-global", threshold));
  }

  /** The mean loss's gradient in float64, without regularization. */
  private static INDArray gradient(NetworkConfiguration network, INDArray parameters, Minibatch m) {
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(DataType.DOUBLE);
    model.params().assign(parameters.castTo(DataType.DOUBLE));
    model.setInput(m.inputs()[0].castTo(DataType.DOUBLE));
    model.setLabels(m.labels()[0].castTo(DataType.DOUBLE));
    model.computeGradientAndScore();
    return model.gradient().gradient().div(ROWS);
  }

  /** With one pass over the memory (no l2), and with DL4J's updater (l2). */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void globalClippingScalesAllLayersAlikeBeforeRegularization(double l2) {
    NetworkConfiguration network =
        network(
            UpdaterSettings.of("sgd", 1),
            l2,
            LayerSettings.dense(5, "tanh"),
            LayerSettings.dense(4, "tanh"));
    Minibatch minibatch = rows(1, DataType.FLOAT);
    for (double share : new double[] {0.25, 4}) {
      INDArray start = network.newModel().params().dup();
      INDArray g = gradient(network, start, minibatch);
      double norm = g.norm2Number().doubleValue();
      NetworkLearner learner = new NetworkLearnerSpec(network, clipped(share * norm)).create();
      assertThat(learner.fitReason()).isEmpty();
      learner.step(minibatch);
      INDArray expected = g.mul(Math.min(1, share));
      if (l2 > 0) {
        expected.addi(weights(network, start).mul(l2));
      }
      INDArray moved = start.sub(learner.parameters()).castTo(DataType.DOUBLE);
      assertThat(moved.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
  }

  /** The parameters, with 0 in the place of biases. */
  private static INDArray weights(NetworkConfiguration network, INDArray parameters) {
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(DataType.DOUBLE);
    model.params().assign(parameters);
    model
        .paramTable()
        .forEach(
            (name, view) -> {
              if (!name.endsWith("_W")) {
                view.assign(0);
              }
            });
    return model.params().dup();
  }

  /** Of a network that only DL4J's fit takes; what batch normalization keeps is no gradient. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void globalClippingLeavesRunningStatisticsAlone(boolean within) {
    LayerSettings normalized = LayerSettings.batchNorm();
    NetworkConfiguration network =
        network(
            UpdaterSettings.of("sgd", 1),
            0,
            LayerSettings.dense(5, "tanh"),
            within ? LayerSettings.residual(1, normalized) : normalized);
    Minibatch minibatch = rows(2, DataType.FLOAT);
    NetworkLearner free = new NetworkLearnerSpec(network).create();
    INDArray start = free.parameters().dup();
    free.step(minibatch);
    INDArray step = start.sub(free.parameters());
    MultiLayerNetwork names = (MultiLayerNetwork) network.newModel();
    names.params().assign(step);
    double squares = 0;
    for (var entry : names.paramTable().entrySet()) {
      if (!isStatistic(entry.getKey())) {
        squares += Math.pow(entry.getValue().norm2Number().doubleValue(), 2);
      }
    }
    NetworkLearner learner =
        new NetworkLearnerSpec(network, clipped(Math.sqrt(squares) / 2)).create();
    assertThat(learner.fitReason()).isEmpty();
    learner.step(minibatch);
    MultiLayerNetwork clipped = (MultiLayerNetwork) network.newModel();
    clipped.params().assign(start.sub(learner.parameters()));
    names
        .paramTable()
        .forEach(
            (name, whole) -> {
              INDArray expected = isStatistic(name) ? whole : whole.div(2);
              assertThat(clipped.getParam(name).sub(expected).amaxNumber().doubleValue())
                  .as(name)
                  .isLessThan(1e-6);
            });
  }

  /**
   * Each kind of DL4J's own clipping changes gradients alone, by the norm of gradients alone: rows
   * far from 0 give statistics whose changes are much longer than the gradient.
   */
  @ParameterizedTest
  @CsvSource({
    "l2-per-layer, false",
    "l2-per-layer, true",
    "l2-per-parameter, false",
    "l2-per-parameter, true",
    "element-wise, false",
    "element-wise, true",
    "renormalize-l2-per-layer, false",
    "renormalize-l2-per-layer, true",
    "renormalize-l2-per-parameter, false",
    "renormalize-l2-per-parameter, true"
  })
  void otherClippingLeavesRunningStatisticsAlone(String type, boolean within) {
    LayerSettings normalized = LayerSettings.batchNorm();
    List<LayerSettings> layers =
        List.of(
            LayerSettings.dense(5, "identity"),
            within ? LayerSettings.residual(1, normalized) : normalized,
            LayerSettings.output());
    NetworkSettings free = NetworkSettings.of(layers, UpdaterSettings.of("sgd", 1));
    double threshold = 0.01;
    NetworkSettings limited =
        NetworkSettingsBuilder.builder(free)
            .clipping(new ClippingSettings(type, threshold))
            .build();
    Minibatch minibatch = rows(2, DataType.FLOAT);
    minibatch.inputs()[0].addi(50);
    MultiLayerNetwork whole = step(free, minibatch);
    MultiLayerNetwork clipped = step(limited, minibatch);
    for (String name : whole.paramTable().keySet()) {
      INDArray expected = whole.getParam(name);
      if (!isStatistic(name)) {
        double length = expected.norm2Number().doubleValue();
        switch (type) {
          case "l2-per-parameter" -> expected = expected.mul(Math.min(1, threshold / length));
          case "renormalize-l2-per-parameter" -> expected = expected.div(length);
          case "element-wise" ->
              expected = Transforms.max(Transforms.min(expected, threshold), -threshold);
          default -> {
            String layer = name.substring(0, 2);
            double squares =
                whole.paramTable().entrySet().stream()
                    .filter(e -> e.getKey().startsWith(layer) && !isStatistic(e.getKey()))
                    .mapToDouble(e -> Math.pow(e.getValue().norm2Number().doubleValue(), 2))
                    .sum();
            double norm = Math.sqrt(squares);
            double factor =
                type.startsWith("renormalize") ? 1 / norm : Math.min(1, threshold / norm);
            expected = expected.mul(factor);
          }
        }
      }
      double scale = Math.max(1, expected.amaxNumber().doubleValue());
      assertThat(clipped.getParam(name).sub(expected).amaxNumber().doubleValue())
          .as(name)
          .isLessThan(2e-6 * scale);
    }
  }

  /** How far one step moves each parameter. */
  private static MultiLayerNetwork step(NetworkSettings settings, Minibatch minibatch) {
    NetworkConfiguration network = NetworkBuilder.build(settings, IN, OutputTask.classes(3), 3);
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    INDArray start = learner.parameters().dup();
    learner.step(minibatch);
    MultiLayerNetwork moved = (MultiLayerNetwork) network.newModel();
    moved.params().assign(start.sub(learner.parameters()));
    return moved;
  }

  private static boolean isStatistic(String name) {
    return Set.of("1_mean", "1_log10stdev", "1_0.mean", "1_0.log10stdev").contains(name);
  }

  @Test
  void globalClippingOfAGraph() {
    ComputationGraphConfiguration layers =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Sgd(1))
            .graphBuilder()
            .addInputs("in")
            .addLayer("a", new DenseLayer.Builder().nIn(IN).nOut(5).build(), "in")
            .addLayer("b", new DenseLayer.Builder().nIn(IN).nOut(4).build(), "in")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nIn(9)
                    .nOut(3)
                    .build(),
                "a",
                "b")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(layers);
    graph.init();
    NetworkConfiguration network = NetworkConfiguration.of(graph);
    Minibatch minibatch = rows(3, DataType.FLOAT);
    INDArray free = moved(network, StepSettings.STOCK, minibatch);
    double norm = free.norm2Number().doubleValue();
    INDArray third = moved(network, clipped(norm / 3), minibatch);
    assertThat(third.sub(free.div(3)).amaxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(moved(network, clipped(2 * norm), minibatch)).isEqualTo(free);
  }

  private static INDArray moved(
      NetworkConfiguration network, StepSettings settings, Minibatch minibatch) {
    NetworkLearner learner = new NetworkLearnerSpec(network, settings).create();
    INDArray start = learner.parameters().dup();
    learner.step(minibatch);
    return start.subi(learner.parameters());
  }

  /**
   * The updater none subtracts the gradient itself. The dropped weights are those whose gradient is
   * 0; with W ∘ m / p in their place, a network without DropConnect has the same loss and, by
   * finite differences of W, the same gradient.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dropConnectIsTheGradientOfTheLossOfDroppedWeights(boolean fast) {
    double kept = 0.6;
    double l2 = 0.05;
    UpdaterSettings none = new UpdaterSettings("none", 1, 0, 0, 0, 1, 0.5);
    LayerSettings noisy = dense(b -> b.dropConnect(Optional.of(1 - kept)));
    LayerSettings above = fast ? LayerSettings.dense(4, "tanh") : LayerSettings.batchNorm();
    NetworkConfiguration network = network(none, l2, noisy, above);
    NetworkConfiguration plain = network(none, l2, dense(b -> b), above);
    assertThat(network.json()).contains(DropConnect.class.getName()).doesNotContain("dev.strata");
    Minibatch minibatch = rows(4, DataType.DOUBLE);
    NetworkLearner learner = new NetworkLearnerSpec(network).create(DataType.DOUBLE, model -> {});
    assertThat(learner.fitReason().isEmpty()).isEqualTo(fast);
    int dropped = 0;
    int steps = 12;
    for (int step = 0; step < steps; step++) {
      learner.counters(step, 0);
      Nd4j.getRandom().setSeed(7 + step);
      INDArray before = learner.parameters().dup();
      double score = learner.step(minibatch);
      INDArray gradient = before.sub(learner.parameters());
      learner.parameters().assign(before);
      MultiLayerNetwork stock = (MultiLayerNetwork) plain.newModel(DataType.DOUBLE);
      INDArray mask = Nd4j.ones(DataType.DOUBLE, before.shape());
      INDArray ofLoss = gradient.sub(weights(network, before).mul(l2));
      for (int i = 0; i < IN * 5; i++) {
        boolean gone = Math.abs(ofLoss.getDouble(i)) < 1e-14;
        dropped += gone ? 1 : 0;
        mask.putScalar(i, gone ? 0 : 1 / kept);
      }
      double penalty = 0.5 * l2 * Math.pow(weights(network, before).norm2Number().doubleValue(), 2);
      assertThat(score).isCloseTo(loss(stock, before.mul(mask), minibatch) + penalty, within(1e-6));
      for (int i = 0; i < before.length(); i++) {
        if (!fast && i >= IN * 5 + 5 + 10 && i < IN * 5 + 5 + 20) {
          continue;
        }
        INDArray more = before.dup();
        more.putScalar(i, before.getDouble(i) + 1e-5);
        INDArray less = before.dup();
        less.putScalar(i, before.getDouble(i) - 1e-5);
        double expected =
            (loss(stock, more.muli(mask), minibatch) - loss(stock, less.muli(mask), minibatch))
                / 2e-5;
        assertThat(ofLoss.getDouble(i)).as("parameter %d", i).isCloseTo(expected, within(1e-6));
      }
    }
    double share = dropped / (double) (steps * IN * 5);
    assertThat(share).isCloseTo(1 - kept, within(0.1));
  }

  /** Without regularization, batch normalization as in training. */
  private static double loss(MultiLayerNetwork model, INDArray parameters, Minibatch minibatch) {
    model.params().assign(parameters);
    model.setInput(minibatch.inputs()[0]);
    model.setLabels(minibatch.labels()[0]);
    model.computeGradientAndScore();
    return model.score() - model.calcRegularizationScore(true);
  }

  @Test
  void dropConnectChangesNothingAtInference() {
    UpdaterSettings sgd = UpdaterSettings.of("sgd", 0.1);
    NetworkConfiguration noisy = network(sgd, 0, dense(b -> b.dropConnect(Optional.of(0.5))));
    NetworkConfiguration plain = network(sgd, 0, dense(b -> b));
    INDArray x = rows(5, DataType.FLOAT).inputs()[0];
    assertThat(((MultiLayerNetwork) noisy.newModel()).output(x, false))
        .isEqualTo(((MultiLayerNetwork) plain.newModel()).output(x, false));
  }

  /** Whatever the step was, each unit's weights are those of the free step, shortened to c. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void maxNormProjectsLongWeightsAndNoOthers(boolean fast) {
    UpdaterSettings sgd = UpdaterSettings.of("sgd", 0.7);
    double limit = 1.1;
    LayerSettings above =
        fast
            ? LayerSettings.dense(4, "tanh")
            : new LayerSettings.Maxout(Optional.of(5), Optional.empty());
    NetworkConfiguration limited =
        network(sgd, 0, dense(b -> b.maxNorm(Optional.of(limit))), above);
    NetworkConfiguration free = network(sgd, 0, dense(b -> b), above);
    assertThat(limited.json())
        .contains(MaxNormConstraint.class.getName())
        .doesNotContain("dev.strata");
    NetworkLearner learner = new NetworkLearnerSpec(limited).create();
    assertThat(learner.fitReason().isEmpty()).isEqualTo(fast);
    int shortened = 0;
    int left = 0;
    for (int step = 0; step < 20; step++) {
      Minibatch minibatch = rows(step, DataType.FLOAT);
      NetworkLearner unbound = new NetworkLearnerSpec(free).create();
      unbound.parameters().assign(learner.parameters());
      unbound.step(minibatch);
      learner.step(minibatch);
      float[] expected = unbound.parameters().toFloatVector();
      float[] found = learner.parameters().toFloatVector();
      for (int unit = 0; unit < 5; unit++) {
        double length = 0;
        for (int i = 0; i < IN; i++) {
          length += expected[unit * IN + i] * (double) expected[unit * IN + i];
        }
        length = Math.sqrt(length);
        boolean within = length <= limit;
        shortened += within ? 0 : 1;
        left += within ? 1 : 0;
        for (int i = unit * IN; i < (unit + 1) * IN; i++) {
          if (within) {
            assertThat(found[i]).isEqualTo(expected[i]);
          } else {
            assertThat((double) found[i]).isCloseTo(expected[i] * limit / length, within(1e-6));
          }
        }
      }
      for (int i = 5 * IN; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(expected[i]);
      }
    }
    assertThat(shortened).isPositive();
    assertThat(left).isPositive();
  }

  @Test
  void aLimitThatIsNeverReachedChangesNoByteInManySteps() {
    UpdaterSettings adam = UpdaterSettings.of("adam", 0.001);
    NetworkConfiguration limited = network(adam, 0, dense(b -> b.maxNorm(Optional.of(1000.0))));
    NetworkConfiguration free = network(adam, 0, dense(b -> b));
    NetworkLearner with = new NetworkLearnerSpec(limited).create();
    NetworkLearner without = new NetworkLearnerSpec(free).create();
    for (int step = 0; step < 500; step++) {
      with.counters(step, 0);
      without.counters(step, 0);
      Minibatch minibatch = rows(step % 10, DataType.FLOAT);
      assertThat(with.step(minibatch)).isEqualTo(without.step(minibatch));
    }
    assertThat(with.parameters()).isEqualTo(without.parameters());
  }

  @Test
  void weightsOfZeroStayZero() {
    INDArray weights = Nd4j.zeros(DataType.FLOAT, 3, 2);
    weights.putScalar(0, 1, 4);
    new MaxNorm(2, weights, new int[] {0}).end();
    assertThat(weights.toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 2}, {0, 0}, {0, 0}});
  }
}
