package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolution2dBuilder;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.Losses;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Gradients of built networks against finite differences, in float64. */
class GradientTest {
  private static final double EPSILON = 1e-6;
  private static final double RELATIVE = 1e-4;
  private static final double ABSOLUTE = 1e-8;

  @BeforeAll
  static void doublePrecision() {
    BlasThreads.single();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static LayerSettings.Output output(String loss) {
    return output(loss, Optional.empty());
  }

  private static LayerSettings.Output output(String loss, Optional<String> activation) {
    return new LayerSettings.Output(
        Optional.empty(),
        Optional.of(loss),
        activation,
        Optional.empty(),
        Optional.of(0.1),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static void check(OutputTask task, INDArray labels, LayerSettings... layers) {
    var plain =
        NetworkSettings.of(List.of(layers), new UpdaterSettings("none", 1, 0, 0, 0, 1, 0.5));
    var settings =
        NetworkSettingsBuilder.builder()
            .layers(plain.layers())
            .updater(plain.updater())
            .schedule(plain.schedule())
            .clipping(plain.clipping())
            .l1(0.01)
            .l2(0.02)
            .weightDecay(0)
            .maxNorm(0)
            .build();
    var network =
        (MultiLayerNetwork) NetworkBuilder.build(settings, 4, task, 42).newModel(DataType.DOUBLE);
    INDArray rows = Nd4j.linspace(DataType.DOUBLE, 0.3, 0.37, 24).reshape(6, 4);
    rows = Transforms.sin(rows.mul(7), true).addi(0.013);
    assertRight(network, rows, labels);
  }

  private static void assertRight(MultiLayerNetwork network, INDArray rows, INDArray labels) {
    boolean right =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(network)
                .epsilon(EPSILON)
                .maxRelError(RELATIVE)
                .minAbsoluteError(ABSOLUTE)
                .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                .subset(true)
                .maxPerParam(5)
                .input(rows)
                .callEachIter(model -> Nd4j.getRandom().setSeed(12))
                .labels(labels)
                .excludeParams(Set.of("1_mean", "1_var", "1_log10stdev")));
    assertThat(right).isTrue();
  }

  /** Convolution with stride and dilation, both kinds of pooling, channels normalized. */
  @Test
  void layersOfImagesHaveTheRightGradient() {
    LayerSettings convolution =
        LayerSettingsConvolution2dBuilder.builder()
            .kernel(List.of(2, 3))
            .stride(List.of(1, 2))
            .dilation(List.of(2, 1))
            .filters(Optional.of(3))
            .activation(Optional.of("tanh"))
            .build();
    NetworkSettings settings =
        NetworkSettings.of(
            List.of(
                convolution,
                LayerSettings.batchNorm(),
                LayerSettings.pooling2d("max", 2),
                LayerSettings.pooling2d("mean", 2),
                LayerSettings.output()),
            new UpdaterSettings("none", 1, 0, 0, 0, 1, 0.5));
    NetworkInput images = new NetworkInput(96, 0, new ImageShape(4, 8, 3));
    var network =
        (MultiLayerNetwork)
            NetworkBuilder.build(settings, Optional.empty(), images, OutputTask.classes(3), 42)
                .newModel(DataType.DOUBLE);
    INDArray rows = Nd4j.linspace(DataType.DOUBLE, 0.3, 0.37, 6 * 96).reshape(6, 96);
    assertRight(network, Transforms.sin(rows.mul(7), true), classes());
  }

  private static INDArray classes() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 3);
    for (int row = 0; row < 6; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    return labels;
  }

  private static INDArray values() {
    return Nd4j.linspace(DataType.DOUBLE, 0.15, 0.05, 12).reshape(6, 2);
  }

  @ParameterizedTest
  @EnumSource(Losses.class)
  void everyLoss(Losses loss) {
    LayerSettings hidden = LayerSettings.dense(5, "tanh");
    if (loss.suits(OutputTask.classes(3))) {
      check(OutputTask.classes(3), classes(), hidden, output(loss.text()));
    }
    if (loss.suits(OutputTask.values(2))) {
      check(OutputTask.values(2), values(), hidden, output(loss.text()));
    }
  }

  /** Of the functions whose values the loss is defined for. */
  static Stream<Arguments> lossesAndActivations() {
    Set<String> positive = Set.of("sigmoid", "softmax", "softplus");
    return Stream.of(Losses.values())
        .flatMap(
            loss ->
                Activations.NAMES.all().keySet().stream()
                    .filter(
                        activation ->
                            switch (loss) {
                              case CROSS_ENTROPY -> activation.equals("softmax");
                              case BINARY_CROSS_ENTROPY -> activation.equals("sigmoid");
                              case KL_DIVERGENCE ->
                                  activation.equals("softmax") || activation.equals("sigmoid");
                              // Cubes of small numbers: too near 0 for differences of a direction.
                              case COSINE_PROXIMITY -> !activation.equals("cube");
                              case MSLE, POISSON -> positive.contains(activation);
                              default -> true;
                            })
                    .map(activation -> Arguments.of(loss, activation)));
  }

  @ParameterizedTest
  @CsvSource({"cross-entropy, sigmoid", "binary-cross-entropy, softmax"})
  void pairsThatDl4jDoesNotTakeAreRefused(String loss, String activation) {
    LayerSettings top = output(loss, Optional.of(activation));
    assertThatThrownBy(() -> check(OutputTask.classes(3), classes(), top))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("network.layers")
        .hasMessageContaining(activation);
  }

  @ParameterizedTest
  @MethodSource("lossesAndActivations")
  void everyLossOfEveryActivation(Losses loss, String activation) {
    LayerSettings hidden = LayerSettings.dense(5, "tanh");
    LayerSettings top = output(loss.text(), Optional.of(activation));
    if (loss.suits(OutputTask.classes(3))) {
      check(OutputTask.classes(3), classes(), hidden, top);
    }
    if (loss.suits(OutputTask.values(2))) {
      check(OutputTask.values(2), values(), hidden, top);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relu",
        "leaky-relu",
        "elu",
        "selu",
        "gelu",
        "swish",
        "mish",
        "softplus",
        "softsign",
        "tanh",
        "rational-tanh",
        "rectified-tanh",
        "sigmoid",
        "softmax",
        "cube",
        "identity",
        "relu6",
        "hard-tanh",
        "hard-sigmoid",
        "thresholded-relu"
      })
  void everyActivationWithoutChance(String activation) {
    check(
        OutputTask.classes(3),
        classes(),
        LayerSettings.dense(5, activation),
        LayerSettings.dense(4, "tanh"),
        LayerSettings.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tanh", "relu", "identity"})
  void batchNorm(String activation) {
    check(
        OutputTask.classes(3),
        classes(),
        LayerSettings.dense(5, activation),
        LayerSettings.batchNorm(),
        LayerSettings.dense(4, "tanh"),
        LayerSettings.output());
  }

  /** Gains and biases too; a unit's sums are normalized over the units of its row. */
  @ParameterizedTest
  @ValueSource(strings = {"tanh", "relu", "identity"})
  void layerNorm(String activation) {
    LayerSettings normalized =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(5))
            .activation(Optional.of(activation))
            .layerNorm(Optional.of(true))
            .build();
    check(
        OutputTask.classes(3),
        classes(),
        LayerSettings.dense(4, "tanh"),
        normalized,
        LayerSettings.output());
  }

  @Test
  void parametricRelu() {
    check(
        OutputTask.classes(3),
        classes(),
        LayerSettings.dense(5, "identity"),
        new LayerSettings.Prelu(Optional.empty(), Optional.empty()),
        LayerSettings.dense(4, "tanh"),
        LayerSettings.output());
  }

  /** With the same random numbers at each evaluation. */
  @ParameterizedTest
  @EnumSource(LayerSettings.Dropout.Kind.class)
  void everyKindOfDropout(LayerSettings.Dropout.Kind kind) {
    check(
        OutputTask.classes(3),
        classes(),
        LayerSettings.dense(5, "tanh"),
        new LayerSettings.Dropout(kind, Optional.of(0.4), Optional.empty()),
        LayerSettings.dense(4, "tanh"),
        LayerSettings.output());
  }
}
