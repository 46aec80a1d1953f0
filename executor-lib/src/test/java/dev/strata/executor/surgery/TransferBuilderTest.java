package dev.strata.executor.surgery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkConfigurationTest;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TransferBuilderTest {
  private static final ReuseSettings PLAIN = new ReuseSettings(0, 0, 0);

  /** 6 → 5 → 4, no output layer. */
  private static NetworkConfiguration encoder() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(dense("dense-1", 6, 5))
                .layer(dense("dense-2", 5, 4))
                .build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  private static DenseLayer dense(String name, int in, int out) {
    return new DenseLayer.Builder()
        .name(name)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SIGMOID)
        .dropOut(0.7)
        .weightNoise(new DropConnect(0.9))
        .constrainWeights(new MaxNormConstraint(1, 0))
        .l2(0.5)
        .build();
  }

  private static NetworkSettings top(LayerSettings... layers) {
    return NetworkSettingsBuilder.builder()
        .layers(List.of(layers))
        .updater(UpdaterSettings.of("nesterovs", 0.1))
        .schedule(ScheduleSettings.none())
        .clipping(new ClippingSettings("l2-per-layer", 2.0))
        .l1(0)
        .l2(1e-3)
        .weightDecay(0)
        .maxNorm(0)
        .build();
  }

  private static NetworkConfiguration build(NetworkSettings top, ReuseSettings reuse) {
    ReusedLayers reused = ReusedLayers.belowOutput(encoder(), "model");
    return TransferBuilder.build(reused, top, reuse, OutputTask.classes(3), 9);
  }

  @Test
  void anOutputLayerIsPutOnAndEveryLayerIsTrainedInTheNewWay() {
    NetworkConfiguration network = build(top(), PLAIN);
    assertThat(network.describe().layers())
        .extracting(l -> l.name() + " " + l.activation() + " " + l.width())
        .containsExactly("dense-1 sigmoid 5", "dense-2 sigmoid 4", "output softmax 3");
    assertThat(network.seed()).isEqualTo(9);
    network.multiLayer().getConfs().stream()
        .map(c -> (BaseLayer) c.getLayer())
        .forEach(
            layer -> {
              assertThat(layer.getIUpdater()).isInstanceOf(Nesterovs.class);
              assertThat(layer.getBiasUpdater()).isNull();
              assertThat(layer.getIDropout()).isNull();
              assertThat(layer.getWeightNoise()).isNull();
              assertThat(layer.getConstraints()).isNullOrEmpty();
              assertThat(layer.getGradientNormalization())
                  .isEqualTo(GradientNormalization.ClipL2PerLayer);
              assertThat(layer.getGradientNormalizationThreshold()).isEqualTo(2.0);
              assertThat(layer.getRegularization()).hasSize(1);
              L2Regularization l2 = (L2Regularization) layer.getRegularization().get(0);
              assertThat(l2.getL2().valueAt(0, 0)).isEqualTo(1e-3);
            });
  }

  @Test
  void reusedDenseLayersHaveTheNewMaxNorm() {
    NetworkSettings limited = NetworkSettingsBuilder.builder(top()).maxNorm(2).build();
    assertThat(build(limited, PLAIN).multiLayer().getConfs())
        .extracting(c -> c.getLayer().getConstraints())
        .startsWith(
            List.of(new MaxNormConstraint(2, Set.of("W"), 0)),
            List.of(new MaxNormConstraint(2, Set.of("W"), 0)));
  }

  @Test
  void aNetworkBuiltInOnePieceIsTrainedAlike() {
    NetworkSettings whole =
        top(
            LayerSettings.dense(5, "sigmoid"),
            LayerSettings.dense(4, "sigmoid"),
            LayerSettings.output());
    NetworkConfiguration expected = NetworkBuilder.build(whole, 6, OutputTask.classes(3), 9);
    NetworkConfiguration network = build(top(), PLAIN);
    MultiLayerNetwork one = (MultiLayerNetwork) expected.newModel();
    MultiLayerNetwork other = (MultiLayerNetwork) network.newModel();
    other.params().assign(one.params());
    INDArray rows = Nd4j.rand(DataType.FLOAT, 8, 6);
    INDArray labels = Nd4j.zeros(8, 3);
    labels.putColumn(1, Nd4j.ones(8));
    for (int i = 0; i < 5; i++) {
      one.fit(rows, labels);
      other.fit(rows, labels);
    }
    assertThat(other.params().toFloatVector()).isEqualTo(one.params().toFloatVector());
  }

  @Test
  void whatIsDroppedEntersALayerThatIsTrained() {
    assertThat(kept(build(top(), new ReuseSettings(0, 0.2, 0.5)))).containsExactly(0.8, 0.5, 0.5);
    assertThat(kept(build(top(), new ReuseSettings(1, 0, 0.5)))).containsExactly(1.0, 0.5, 0.5);
    assertThat(kept(build(top(), new ReuseSettings(2, 0, 0.25)))).containsExactly(1.0, 1.0, 0.75);
    LayerSettings.Dense own =
        new LayerSettings.Dense(
            Optional.of(8),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.1),
            Optional.empty());
    assertThat(kept(build(top(own, LayerSettings.output()), new ReuseSettings(0, 0, 0.5))))
        .as("a new layer's own share, and none in the layers above")
        .containsExactly(1.0, 0.5, 0.9, 1.0);
  }

  private static List<Double> kept(NetworkConfiguration network) {
    return network.multiLayer().getConfs().stream()
        .map(c -> (Dropout) c.getLayer().getIDropout())
        .map(d -> d == null ? 1.0 : d.getP())
        .toList();
  }

  @Test
  void namesAreThereOnce() {
    NetworkConfiguration network =
        build(top(LayerSettings.dense(8), LayerSettings.output()), PLAIN);
    assertThat(network.describe().layers())
        .extracting(NetworkReport.LayerReport::name)
        .containsExactly("dense-1", "dense-2", "dense-3", "output");
    assertThatThrownBy(
            () ->
                build(
                    top(LayerSettings.dense(8).withName("dense-1"), LayerSettings.output()), PLAIN))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("network.layers[0].name");
  }

  @Test
  void theOutputLayerOfATrainedNetworkIsNotReused() {
    NetworkConfiguration trained = build(top(), PLAIN);
    ReusedLayers reused = ReusedLayers.belowOutput(trained, "model");
    assertThat(reused.names()).containsExactly("dense-1", "dense-2");
    assertThat(reused.parameters()).isEqualTo(6 * 5 + 5 + 5 * 4 + 4);
    assertThat(reused.inputWidth()).isEqualTo(6);
    assertThat(reused.widths()).containsExactly(5, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, 0, fine-tune.freeze, at most 2",
    "-1, 0, 0, fine-tune.freeze, at most 2",
    "1, 0.2, 0, fine-tune.cache-frozen, cannot be cached",
    "0, 1, 0, fine-tune.dropout.input, '[0.0, 1.0)'",
    "0, 0, -0.1, fine-tune.dropout.hidden, '[0.0, 1.0)'"
  })
  void whatCannotBeReusedSoIsRefused(
      int frozen, double input, double hidden, String key, String expected) {
    assertThatThrownBy(() -> build(top(), new ReuseSettings(frozen, input, hidden)))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains(key);
              assertThat(e.expected().orElseThrow()).contains(expected);
            });
  }

  @Test
  void graphsAndBareOutputLayersAreRefused() {
    assertThatThrownBy(() -> ReusedLayers.belowOutput(NetworkConfigurationTest.graph(), "model"))
        .hasMessageContaining("graph");
    NetworkConfiguration output =
        NetworkBuilder.build(top(LayerSettings.output()), 4, OutputTask.classes(2), 1);
    assertThatThrownBy(() -> ReusedLayers.belowOutput(output, "model"))
        .hasMessageContaining("no layer below its output layer");
  }

  @Test
  void convolutionsAreReusedBelowAVector() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).name("conv").nOut(2).build())
                .layer(new DenseLayer.Builder().name("top").nOut(5).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(4).build())
                .setInputType(InputType.convolutionalFlat(5, 5, 1))
                .build());
    network.init();
    ReusedLayers reused = ReusedLayers.belowOutput(NetworkConfiguration.of(network), "model");
    assertThat(reused.widths()).containsExactly(18, 5);
    NetworkConfiguration built =
        TransferBuilder.build(reused, top(), new ReuseSettings(2, 0, 0), OutputTask.classes(3), 9);
    NetworkCut cut = NetworkCut.above(built, 2);
    INDArray rows = Nd4j.rand(DataType.FLOAT, 2, 25);
    MultiLayerNetwork whole = (MultiLayerNetwork) built.newModel();
    float[] flat = whole.params().dup().reshape(whole.numParams()).toFloatVector();
    float[] lowest = Arrays.copyOf(flat, (int) cut.lowerParameters());
    MultiLayerNetwork lower = (MultiLayerNetwork) cut.lower().newModel(lowest);
    assertThat(lower.feedForward(rows, false).get(2))
        .isEqualTo(whole.feedForward(rows, false).get(2));
    NetworkConfiguration dense = NetworkCut.above(built, 1).upper();
    assertThat(dense.multiLayer().getInputPreProcessors()).isEmpty();
    assertThat(dense.describe().inputWidth()).isEqualTo(18);
  }

  @Test
  void newLayersStandOnConvolutions() {
    ReusedLayers reused =
        ReusedLayers.belowOutput(
            NetworkBuilder.build(
                top(
                    LayerSettings.convolution2d(4, 3),
                    LayerSettings.pooling2d("max", 2),
                    LayerSettings.output()),
                Optional.empty(),
                new NetworkInput(36, 0, new ImageShape(6, 6, 1)),
                OutputTask.classes(2),
                1),
            "model");
    assertThat(reused.widths()).containsExactly(144, 36);
    NetworkConfiguration built =
        TransferBuilder.build(
            reused,
            top(LayerSettings.convolution2d(3, 3), LayerSettings.dense(5), LayerSettings.output()),
            new ReuseSettings(0, 0, 0),
            OutputTask.classes(3),
            9);
    assertThat(built.describe().layers())
        .extracting(NetworkReport.LayerReport::width)
        .containsExactly(144, 36, 27, 5, 3);
    SurgerySettings replaced =
        new SurgerySettings(
            LayerChoice.ALL,
            0,
            List.of(),
            Map.of("convolution-2d-1", LayerSettings.convolution2d(7, 5)));
    assertThat(reused.with(replaced).widths()).containsExactly(7 * 36, 7 * 9);
  }

  private static ReusedLayers withBlock() {
    LayerSettings dropped =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(4))
            .dropout(Optional.of(0.3))
            .dropConnect(Optional.of(0.3))
            .build();
    NetworkSettings whole =
        NetworkSettingsBuilder.builder(
                top(
                    LayerSettings.dense(4, "tanh"),
                    LayerSettings.residual(0.8, dropped, LayerSettings.dense(4, "identity")),
                    LayerSettings.dense(3),
                    LayerSettings.output()))
            .l2(0.5)
            .build();
    return ReusedLayers.belowOutput(
        NetworkBuilder.build(whole, 6, OutputTask.classes(2), 1), "model");
  }

  /** Survival is part of what it computes. */
  @Test
  void aBlockIsReusedAsOneLayerAndTrainedInTheNewWay() {
    ReusedLayers reused = withBlock();
    assertThat(reused.names()).containsExactly("dense-1", "residual-1", "dense-2");
    assertThat(reused.widths()).containsExactly(4, 4, 3);
    LayerRates rates = new LayerRates(1, 1, Map.of("residual-1", 0.5));
    NetworkConfiguration built =
        TransferBuilder.build(
            reused, top(), new ReuseSettings("0", 0, 0.25, true, rates), OutputTask.classes(3), 9);
    Residual block = (Residual) built.multiLayer().getConf(1).getLayer();
    assertThat(block.getSurvival()).isEqualTo(0.8);
    assertThat(((Dropout) block.getIDropout()).getP()).isEqualTo(0.75);
    for (Layer layer : block.getLayers()) {
      BaseLayer inner = (BaseLayer) layer;
      assertThat(inner.getIUpdater().getLearningRate(0, 0)).isEqualTo(0.05);
      assertThat(inner.getIDropout()).isNull();
      assertThat(inner.getWeightNoise()).isNull();
      assertThat(inner.getRegularization()).containsExactly(new L2Regularization(1e-3));
      assertThat(inner.getGradientNormalization()).isEqualTo(GradientNormalization.ClipL2PerLayer);
    }
    assertThat(block.getGradientNormalizationThreshold()).isEqualTo(2);
    NetworkCut cut = NetworkCut.above(built, 2);
    INDArray rows = Nd4j.rand(DataType.FLOAT, 2, 6);
    MultiLayerNetwork model = (MultiLayerNetwork) built.newModel();
    float[] flat = model.params().dup().reshape(model.numParams()).toFloatVector();
    float[] lowest = Arrays.copyOf(flat, (int) cut.lowerParameters());
    MultiLayerNetwork lower = (MultiLayerNetwork) cut.lower().newModel(lowest);
    assertThat(lower.output(rows)).isEqualTo(model.feedForward(rows, false).get(2));
  }

  @Test
  void aBlockStaysWhereItsShapeIs() {
    ReusedLayers reused = withBlock();
    for (boolean fresh : new boolean[] {true, false}) {
      SurgerySettings wider =
          new SurgerySettings(
              LayerChoice.ALL,
              0,
              fresh ? List.of("residual-1") : List.of(),
              Map.of("dense-1", LayerSettings.dense(5)));
      assertThatThrownBy(() -> reused.with(wider))
          .hasMessageContainingAll("fine-tune.reuse", "residual-1 on dense-1", "5 numbers, not 4");
    }
    SurgerySettings replaced =
        new SurgerySettings(
            LayerChoice.ALL,
            0,
            List.of(),
            Map.of("residual-1", LayerSettings.residual(1, LayerSettings.dense(5))));
    assertThatThrownBy(
            () ->
                TransferBuilder.build(
                    reused.with(replaced), top(), PLAIN, OutputTask.classes(3), 9))
        .hasMessageContainingAll("fine-tune.replace.residual-1.layers", "5 numbers", "4 numbers");
  }
}
