package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EncoderNetworkTest {
  private static final UpdaterSettings ADAM = UpdaterSettings.of("adam", 0.001);
  private static final List<EncoderNetwork.Layer> LAYERS =
      List.of(
          new EncoderNetwork.Layer("low", 3, 2, "sigmoid"),
          new EncoderNetwork.Layer("high", 2, 1, "identity"));

  @Test
  void isTheLayersAndNothingElse() {
    NetworkConfiguration configuration = EncoderNetwork.of(LAYERS, ADAM, 7);
    assertThat(configuration.parameterCount()).isEqualTo(3 * 2 + 2 + 2 * 1 + 1);
    assertThat(configuration.describe().layers())
        .extracting("name", "kind", "width")
        .containsExactly(tuple("low", "DenseLayer", 2), tuple("high", "DenseLayer", 1));
    assertThat(EncoderNetwork.of(LAYERS, ADAM, 7)).isEqualTo(configuration);
  }

  /** W in Fortran order, then b, layer by layer: by hand. */
  @Test
  void parametersLieAsTheLearnersLayThem() {
    float[] flat = {1, 2, 3, 4, 5, 6, 0.5f, -0.5f, 2, -1, 0.25f};
    var network = (MultiLayerNetwork) EncoderNetwork.of(LAYERS, ADAM, 7).newModel(flat);
    INDArray output = network.output(Nd4j.createFromArray(new float[][] {{0.1f, -0.2f, 0.3f}}));
    double low0 = sigmoid(0.1 * 1 - 0.2 * 2 + 0.3 * 3 + 0.5);
    double low1 = sigmoid(0.1 * 4 - 0.2 * 5 + 0.3 * 6 - 0.5);
    assertThat(output.getDouble(0)).isCloseTo(2 * low0 - low1 + 0.25, within(1e-6));
  }

  @Test
  void layersThatDoNotFitAreRefused() {
    var wide = new EncoderNetwork.Layer("wide", 5, 1, "tanh");
    assertThatThrownBy(() -> EncoderNetwork.of(List.of(LAYERS.get(0), wide), ADAM, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inputs=5");
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
