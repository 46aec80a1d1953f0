package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** LSUV: orthonormal directions, and sums of unit variance in every layer. */
class UnitVarianceTest {
  private static final int IN = 12;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static LayerSettings dense(int units, String activation) {
    return LayerSettingsDenseBuilder.builder()
        .units(Optional.of(units))
        .activation(Optional.of(activation))
        .init(Optional.of("lsuv"))
        .build();
  }

  private static NetworkSettings settings(LayerSettings... layers) {
    return NetworkSettings.of(List.of(layers), UpdaterSettings.defaults());
  }

  private static MultiLayerNetwork network(NetworkSettings settings) {
    return (MultiLayerNetwork)
        NetworkBuilder.build(settings, IN, OutputTask.classes(3), 5).newModel();
  }

  /** Rows far from unit variance, as some columns are. */
  private static INDArray rows() {
    Nd4j.getRandom().setSeed(8);
    return Nd4j.randn(DataType.FLOAT, 300, IN).muli(4).addi(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"relu", "tanh", "identity"})
  void twentyLayersHaveSumsOfUnitVariance(String activation) {
    List<LayerSettings> layers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      layers.add(dense(i % 2 == 0 ? 30 : 9, activation));
    }
    layers.add(LayerSettings.output());
    NetworkSettings settings = settings(layers.toArray(LayerSettings[]::new));
    MultiLayerNetwork network = network(settings);
    INDArray output = network.getParam("20_W").dup();
    UnitVariance.apply(network, UnitVariance.layers(settings), rows());
    List<INDArray> activations = network.feedForward(rows(), false);
    for (int i = 0; i < 20; i++) {
      INDArray weights = network.getParam(i + "_W").castTo(DataType.DOUBLE);
      INDArray sums = activations.get(i).castTo(DataType.DOUBLE).mmul(weights);
      assertThat(sums.varNumber().doubleValue()).as("layer %d", i).isCloseTo(1, within(1e-3));
      boolean wide = weights.size(0) < weights.size(1);
      INDArray gram = wide ? weights.mmul(weights.transpose()) : weights.transpose().mmul(weights);
      double scale = gram.getDouble(0, 0);
      assertThat(gram.div(scale).sub(Nd4j.eye(gram.size(0))).amaxNumber().doubleValue())
          .isLessThan(1e-5);
    }
    assertThat(network.getParam("20_W")).as("a layer of another kind").isEqualTo(output);
  }

  @Test
  void theSameSeedAndRowsGiveTheSameBytes() {
    NetworkSettings settings =
        settings(
            dense(8, "relu"), LayerSettings.batchNorm(), dense(4, "elu"), LayerSettings.output());
    MultiLayerNetwork first = network(settings);
    MultiLayerNetwork second = network(settings);
    UnitVariance.apply(first, UnitVariance.layers(settings), rows());
    UnitVariance.apply(second, UnitVariance.layers(settings), rows());
    assertThat(UnitVariance.layers(settings)).containsExactly("dense-1", "dense-2");
    assertThat(first.params()).isEqualTo(second.params()).isNotEqualTo(network(settings).params());
  }

  @Test
  void rowsWithoutVarianceLeaveOrthonormalWeights() {
    NetworkSettings settings = settings(dense(4, "relu"), LayerSettings.output());
    MultiLayerNetwork network = network(settings);
    UnitVariance.apply(network, UnitVariance.layers(settings), Nd4j.zeros(DataType.FLOAT, 5, IN));
    INDArray weights = network.getParam("0_W");
    assertThat(weights.transpose().mmul(weights).sub(Nd4j.eye(4)).amaxNumber().doubleValue())
        .isLessThan(1e-5);
  }

  @Test
  void convolutionsOfWordsAreRefused() {
    LayerSettings convolution =
        LayerSettingsConvolutionBuilder.builder()
            .units(Optional.of(3))
            .kernel(Optional.of(2))
            .init(Optional.of("lsuv"))
            .build();
    assertThatThrownBy(
            () ->
                NetworkBuilder.build(
                    settings(
                        LayerSettings.embedding(4),
                        convolution,
                        LayerSettings.pooling("max"),
                        LayerSettings.output()),
                    Optional.empty(),
                    new NetworkInput(5, 9),
                    OutputTask.classes(2),
                    1))
        .hasMessageContaining("network.layers[1].init; found: lsuv");
  }
}
