package dev.strata.executor.surgery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** A network of 2-2-2-2, tanh and softmax: two reused layers under a new output layer. */
class LayerRatesTest {
  private static final LayerRates TENTH = new LayerRates(0.1, 1, Map.of());
  private static final double RATE = 0.5;
  private static final NetworkConfiguration ENCODER =
      EncoderNetwork.of(
          List.of(
              new EncoderNetwork.Layer("low", 2, 2, "tanh"),
              new EncoderNetwork.Layer("high", 2, 2, "tanh")),
          UpdaterSettings.of("sgd", 0.1),
          3);

  private static NetworkConfiguration build(
      LayerRates rates, UpdaterSettings updater, ScheduleSettings schedule) {
    NetworkSettings top =
        NetworkSettingsBuilder.builder()
            .layers(List.of())
            .updater(updater)
            .schedule(schedule)
            .clipping(ClippingSettings.none())
            .l1(0)
            .l2(0)
            .weightDecay(0)
            .maxNorm(0)
            .build();
    return TransferBuilder.build(
        ReusedLayers.belowOutput(ENCODER, "model"),
        top,
        new ReuseSettings("0", 0, 0, true, rates),
        OutputTask.classes(2),
        9);
  }

  private static NetworkConfiguration sgd(LayerRates rates) {
    return build(rates, UpdaterSettings.of("sgd", RATE), ScheduleSettings.none());
  }

  @Test
  void aStepOfPlainDescentIsTheRateTimesTheFactorTimesTheGradient() {
    checkStep(TENTH, 0.1, 0.1);
    checkStep(new LayerRates(0.1, 0.5, Map.of()), 0.05, 0.1);
    checkStep(new LayerRates(0.2, 0.5, Map.of("low", 2.0, "output", 3.0)), 2.0, 0.2, 3.0);
    checkStep(LayerRates.EQUAL, 1, 1);
  }

  private static void checkStep(LayerRates rates, double low, double high) {
    checkStep(rates, low, high, 1);
  }

  private static void checkStep(LayerRates rates, double low, double high, double output) {
    MultiLayerNetwork network = (MultiLayerNetwork) sgd(rates).newModel();
    double[] x = {0.3, -0.8};
    int label = 1;
    double[][] before = parameters(network);
    double[][] gradients = gradients(before, x, label);
    network.fit(
        Nd4j.createFromArray(new float[][] {{0.3f, -0.8f}}),
        Nd4j.createFromArray(new float[][] {{0, 1}}));
    double[][] after = parameters(network);
    double[] factors = {low, high, output};
    for (int layer = 0; layer < 3; layer++) {
      for (int i = 0; i < 6; i++) {
        double step = after[layer][i] - before[layer][i];
        assertThat(step)
            .as("layer %d, parameter %d", layer, i)
            .isCloseTo(-RATE * factors[layer] * gradients[layer][i], within(2e-7));
      }
    }
  }

  /** Of each layer W as {w00, w10, w01, w11} (Fortran order), then b. */
  private static double[][] parameters(MultiLayerNetwork network) {
    float[] flat = network.params().dup().reshape(-1).toFloatVector();
    double[][] layers = new double[3][6];
    for (int i = 0; i < flat.length; i++) {
      layers[i / 6][i % 6] = flat[i];
    }
    return layers;
  }

  /** Backpropagation by hand: a = tanh(W'x + b) twice, p = softmax, loss -log p[label]. */
  private static double[][] gradients(double[][] p, double[] x, int label) {
    double[][] inputs = {x, null, null};
    double[] z = null;
    for (int layer = 0; layer < 3; layer++) {
      z = new double[2];
      for (int j = 0; j < 2; j++) {
        z[j] = inputs[layer][0] * p[layer][2 * j] + inputs[layer][1] * p[layer][2 * j + 1];
        z[j] += p[layer][4 + j];
      }
      if (layer < 2) {
        inputs[layer + 1] = new double[] {Math.tanh(z[0]), Math.tanh(z[1])};
      }
    }
    double sum = Math.exp(z[0]) + Math.exp(z[1]);
    double[] delta = {Math.exp(z[0]) / sum, Math.exp(z[1]) / sum};
    delta[label] -= 1;
    double[][] gradients = new double[3][6];
    for (int layer = 2; layer >= 0; layer--) {
      double[] below = new double[2];
      for (int j = 0; j < 2; j++) {
        gradients[layer][4 + j] = delta[j];
        for (int i = 0; i < 2; i++) {
          gradients[layer][2 * j + i] = inputs[layer][i] * delta[j];
          below[i] += p[layer][2 * j + i] * delta[j];
        }
      }
      for (int i = 0; i < 2; i++) {
        below[i] *= 1 - inputs[layer][i] * inputs[layer][i];
      }
      delta = below;
    }
    return gradients;
  }

  @Test
  void aLayerWithoutParametersIsNoStepOfTheDepth() {
    NetworkConfiguration model =
        NetworkBuilder.build(
            NetworkSettings.of(
                List.of(
                    LayerSettings.dense(2, "tanh").withName("low"),
                    new LayerSettings.Dropout(Optional.of(0.3), Optional.of("drop")),
                    LayerSettings.dense(2, "tanh").withName("high"),
                    LayerSettings.output()),
                UpdaterSettings.of("sgd", 0.1)),
            2,
            OutputTask.values(2),
            3);
    NetworkConfiguration network =
        TransferBuilder.build(
            ReusedLayers.belowOutput(model, "model"),
            NetworkSettings.of(List.of(), UpdaterSettings.of("sgd", RATE)),
            new ReuseSettings("0", 0, 0, true, new LayerRates(0.2, 0.5, Map.of())),
            OutputTask.classes(2),
            9);
    assertThat(updater(network, 2).getLearningRate(0, 0)).isEqualTo(0.2 * RATE);
    assertThat(updater(network, 0).getLearningRate(0, 0)).isEqualTo(0.2 * 0.5 * RATE);
  }

  @Test
  void everyScheduleRunsAtAMultiple() {
    for (String type :
        List.of("step", "exponential", "inverse", "sigmoid", "polynomial", "cycle", "map")) {
      ScheduleSettings schedule =
          new ScheduleSettings(type, "iteration", 0.5, 4, 2, 20, 1.5, Map.of(0, 0.5, 7, 0.02));
      NetworkConfiguration network = build(TENTH, UpdaterSettings.of("adam", RATE), schedule);
      for (int t : new int[] {0, 3, 4, 9, 17}) {
        assertThat(updater(network, 0).getLearningRate(t, 0))
            .as("%s at %d", type, t)
            .isCloseTo(0.1 * updater(network, 2).getLearningRate(t, 0), within(1e-12));
      }
    }
  }

  private static IUpdater updater(NetworkConfiguration network, int layer) {
    return ((BaseLayer) network.multiLayer().getConf(layer).getLayer()).getIUpdater();
  }

  @Test
  void updatersWithoutARateHaveNoFactor() {
    NetworkConfiguration network =
        build(TENTH, UpdaterSettings.of("adadelta", 1), ScheduleSettings.none());
    assertThat(updater(network, 0)).isEqualTo(updater(network, 2));
    assertThatThrownBy(
            () ->
                build(
                    new LayerRates(0.1, 1, Map.of("low", 0.5)),
                    UpdaterSettings.of("adadelta", 1),
                    ScheduleSettings.none()))
        .hasMessageContaining("adadelta has no learning rate");
  }

  @Test
  void unknownLayersAreToldWithTheNearest() {
    assertThatThrownBy(() -> sgd(new LayerRates(0.1, 1, Map.of("hihg", 0.5))))
        .hasMessageContaining("fine-tune.learning-rate.layers")
        .hasMessageContaining("did you mean high?");
    assertThatThrownBy(() -> sgd(new LayerRates(0, 1, Map.of())))
        .hasMessageContaining("fine-tune.learning-rate.reused");
  }

  @Test
  void schedulesGoOnFromAnOffsetAndBiasCorrectionsBeginAnew() {
    ScheduleSettings halving =
        new ScheduleSettings("exponential", "iteration", 0.5, 10, 1, 1, 1, Map.of());
    ScheduleOffset offset = new ScheduleOffset(20, 3);
    for (String type : List.of("sgd", "adam", "nesterovs", "rmsprop")) {
      NetworkConfiguration network = build(TENTH, UpdaterSettings.of(type, RATE), halving);
      MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(offset);
      IUpdater moved = ((BaseLayer) model.getLayer(2).conf().getLayer()).getIUpdater();
      assertThat(moved.getLearningRate(0, 0)).isCloseTo(RATE / 4, within(1e-12));
      assertThat(moved.getLearningRate(10, 0)).isCloseTo(RATE / 8, within(1e-12));
      IUpdater low = ((BaseLayer) model.getLayer(0).conf().getLayer()).getIUpdater();
      assertThat(low.getLearningRate(0, 0)).isCloseTo(RATE / 40, within(1e-12));
      assertThat(model.params().toFloatVector())
          .isEqualTo(((MultiLayerNetwork) network.newModel()).params().toFloatVector());
    }
    MultiLayerNetwork adam =
        (MultiLayerNetwork)
            build(LayerRates.EQUAL, UpdaterSettings.of("adam", RATE), halving).newModel(offset);
    INDArray before = adam.params().dup();
    adam.fit(
        Nd4j.createFromArray(new float[][] {{0.3f, -0.8f}}),
        Nd4j.createFromArray(new float[][] {{0, 1}}));
    // The first step of Adam is the rate, whatever the gradient, where corrections count from 0.
    assertThat(Math.abs(adam.params().getDouble(16) - before.getDouble(16)))
        .isCloseTo(RATE / 4, within(1e-4));
  }

  @Test
  void anOffsetByEpochsMovesSchedulesByEpochs() {
    ScheduleSettings stairs =
        new ScheduleSettings("map", "epoch", 1, 1, 1, 1, 1, Map.of(0, 0.5, 4, 0.25));
    NetworkConfiguration network = build(LayerRates.EQUAL, UpdaterSettings.of("sgd", RATE), stairs);
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(new ScheduleOffset(1000, 3));
    IUpdater moved = ((BaseLayer) model.getLayer(0).conf().getLayer()).getIUpdater();
    assertThat(moved.getLearningRate(0, 0)).isEqualTo(0.5);
    assertThat(moved.getLearningRate(0, 1)).isEqualTo(0.25);
  }
}
