package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolution2dBuilder;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Residual blocks and stochastic depth: equations, gradients, DL4J's JSON. */
class ResidualTest {
  private static final int IN = 4;
  private static final int ROWS = 6;
  private static final double HALF = 0.5;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @AfterEach
  void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static NetworkConfiguration build(LayerSettings... layers) {
    return NetworkBuilder.build(settings(layers), IN, OutputTask.classes(3), 7);
  }

  private static NetworkSettings settings(LayerSettings... layers) {
    return NetworkSettings.of(List.of(layers), UpdaterSettings.of("none", 1));
  }

  private static LayerSettings block(double survival) {
    return LayerSettings.residual(
        survival, LayerSettings.dense(6, "tanh"), LayerSettings.dense(IN, "identity"));
  }

  private static INDArray rows(DataType type, int width) {
    INDArray rows = Nd4j.linspace(type, 0.3, 0.37, (long) ROWS * width);
    return Transforms.sin(rows.reshape(ROWS, width).mul(7), true);
  }

  private static INDArray labels(DataType type) {
    INDArray labels = Nd4j.zeros(type, ROWS, 3);
    for (int row = 0; row < ROWS; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    return labels;
  }

  /** A seed whose first draw is on that side of ½. */
  private static int seed(boolean survives) {
    for (int seed = 1; ; seed++) {
      Nd4j.getRandom().setSeed(seed);
      if (Nd4j.rand(DataType.DOUBLE, 1).getDouble(0) < HALF == survives) {
        return seed;
      }
    }
  }

  /** f of the lowest layer, from its parameters. */
  private static INDArray branch(MultiLayerNetwork model, INDArray x) {
    INDArray hidden =
        Transforms.tanh(
            x.mmul(model.getParam("0_0.W")).addiRowVector(model.getParam("0_0.b")), false);
    return hidden.mmul(model.getParam("0_1.W")).addiRowVector(model.getParam("0_1.b"));
  }

  private static INDArray above(MultiLayerNetwork model, INDArray x, boolean training) {
    return model.feedForward(x, training).get(1).dup();
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-12);
  }

  @Test
  void aPlainBlockAddsItsInput() {
    var model =
        (MultiLayerNetwork) build(block(1), LayerSettings.output()).newModel(DataType.DOUBLE);
    INDArray x = rows(DataType.DOUBLE, IN);
    assertClose(above(model, x, true), x.add(branch(model, x)));
    assertClose(above(model, x, false), x.add(branch(model, x)));
  }

  @Test
  void stochasticDepthDrawsOnceForAMinibatchAndScalesAtInference() {
    double survival = 0.8;
    NetworkConfiguration configuration = build(block(survival), LayerSettings.output());
    var model = (MultiLayerNetwork) configuration.newModel(DataType.DOUBLE);
    INDArray x = rows(DataType.DOUBLE, IN);
    INDArray f = branch(model, x);
    assertClose(above(model, x, false), x.add(f.mul(survival)));
    int skipped = 0;
    int draws = 1000;
    Nd4j.getRandom().setSeed(5);
    for (int i = 0; i < draws; i++) {
      INDArray y = above(model, x, true);
      if (y.equals(x)) {
        skipped++;
      } else {
        assertClose(y, x.add(f));
      }
    }
    // Four standard errors.
    double error = 4 * Math.sqrt(survival * (1 - survival) / draws);
    assertThat(1 - (double) skipped / draws).isEqualTo(survival, within(error));
    MultiLayerNetwork still = configuration.withoutDropout(model.params());
    assertThat(above(still, x, true)).isEqualTo(above(model, x, false));
  }

  @Test
  void theDrawFollowsTheGeneratorAndAPlainBlockDrawsNothing() {
    var model = (MultiLayerNetwork) build(block(HALF), LayerSettings.output()).newModel();
    INDArray x = rows(DataType.FLOAT, IN);
    for (boolean survives : new boolean[] {true, false}) {
      Nd4j.getRandom().setSeed(seed(survives));
      assertThat(above(model, x, true).equals(x)).isEqualTo(!survives);
    }
    var plain = (MultiLayerNetwork) build(block(1), LayerSettings.output()).newModel();
    Nd4j.getRandom().setSeed(3);
    INDArray next = Nd4j.rand(1, 5);
    Nd4j.getRandom().setSeed(3);
    above(plain, x, true);
    assertThat(Nd4j.rand(1, 5)).isEqualTo(next);
  }

  @Test
  void aSkippedBlockHasNoGradient() {
    LayerSettings below = LayerSettings.dense(IN, "tanh");
    var model = (MultiLayerNetwork) build(below, block(HALF), LayerSettings.output()).newModel();
    var without = (MultiLayerNetwork) build(below, LayerSettings.output()).newModel();
    without.setParam("0_W", model.getParam("0_W"));
    without.setParam("1_W", model.getParam("2_W"));
    for (boolean survives : new boolean[] {true, false}) {
      gradients(model, seed(survives));
      for (String name : List.of("1_0.W", "1_0.b", "1_1.W", "1_1.b")) {
        INDArray own = model.gradient().getGradientFor(name);
        assertThat(own.amaxNumber().doubleValue() > 0).as(name).isEqualTo(survives);
      }
    }
    gradients(without, 1);
    assertThat(model.gradient().getGradientFor("0_W"))
        .isEqualTo(without.gradient().getGradientFor("0_W"));
    assertThat(model.score()).isEqualTo(without.score());
  }

  private static void gradients(MultiLayerNetwork model, int seed) {
    model.setInput(rows(DataType.FLOAT, IN));
    model.setLabels(labels(DataType.FLOAT));
    Nd4j.getRandom().setSeed(seed);
    model.computeGradientAndScore();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theGradientIsRightWhetherTheBlockSurvivesOrNot(boolean survives) {
    check(
        build(LayerSettings.dense(IN, "tanh"), block(HALF), block(1), LayerSettings.output()),
        IN,
        seed(survives));
  }

  @Test
  void theGradientOfEveryKindOfLayerIsRight() {
    LayerSettings normalized =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(6))
            .activation(Optional.of("tanh"))
            .layerNorm(Optional.of(true))
            .dropout(Optional.of(0.2))
            .build();
    check(
        build(
            LayerSettings.residual(
                1,
                normalized,
                new LayerSettings.Maxout(Optional.of(2), Optional.empty()),
                LayerSettings.dropout(0.3),
                LayerSettings.dense(8, "identity"),
                new LayerSettings.Maxout(Optional.of(2), Optional.empty())),
            LayerSettings.residual(
                0.7,
                LayerSettings.batchNorm(),
                LayerSettings.dense(IN, "softplus"),
                new LayerSettings.Prelu(Optional.empty(), Optional.empty())),
            LayerSettings.dense(5, "tanh"),
            LayerSettings.output()),
        IN,
        seed(true));
  }

  private static NetworkConfiguration images(LayerSettings... layers) {
    ImageShape shape = new ImageShape(5, 4, 2);
    return NetworkBuilder.build(
        settings(layers),
        Optional.empty(),
        new NetworkInput(shape.length(), 0, shape),
        OutputTask.classes(3),
        42);
  }

  private static LayerSettings convolution(int filters, String activation) {
    return LayerSettingsConvolution2dBuilder.builder()
        .kernel(List.of(3))
        .stride(List.of())
        .dilation(List.of())
        .filters(Optional.of(filters))
        .activation(Optional.of(activation))
        .build();
  }

  @Test
  void theGradientOfABlockOfImagesIsRight() {
    NetworkConfiguration configuration =
        images(
            convolution(3, "tanh"),
            LayerSettings.residual(
                1, LayerSettings.batchNorm(), convolution(4, "tanh"), convolution(3, "identity")),
            LayerSettings.residual(HALF, convolution(3, "softplus")),
            LayerSettings.output());
    check(configuration, 40, seed(true));
    assertThat(configuration.describe().layers())
        .extracting(NetworkReport.LayerReport::width)
        .containsExactly(60, 60, 60, 3);
  }

  /** Of a network that draws nothing, with the blocks scaled in training too. */
  @Test
  void theGradientOfAScaledBlockIsRight() {
    NetworkConfiguration configuration =
        build(LayerSettings.dense(IN, "tanh"), block(0.3), LayerSettings.output());
    var model = (MultiLayerNetwork) configuration.newModel(DataType.DOUBLE);
    check(configuration.withoutDropout(model.params()), IN, 1);
  }

  private static void check(NetworkConfiguration configuration, int width, int seed) {
    check((MultiLayerNetwork) configuration.newModel(DataType.DOUBLE), width, seed);
  }

  private static void check(MultiLayerNetwork model, int width, int seed) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    boolean right =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(model)
                .epsilon(1e-6)
                .maxRelError(1e-4)
                .minAbsoluteError(1e-8)
                .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                .subset(true)
                .maxPerParam(12)
                .excludeParams(statistics(model))
                .input(rows(DataType.DOUBLE, width))
                .callEachIter(own -> Nd4j.getRandom().setSeed(seed))
                .labels(labels(DataType.DOUBLE)));
    assertThat(right).isTrue();
  }

  private static Set<String> statistics(MultiLayerNetwork model) {
    return new HashSet<>(
        model.paramTable().keySet().stream()
            .filter(name -> name.matches(".*(mean|var|log10stdev)"))
            .toList());
  }

  @Test
  void jsonNamesTheBlockAndItsLayers() {
    NetworkConfiguration configuration = build(block(0.9), LayerSettings.output());
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(configuration.json());
    assertThat(read.toJson()).isEqualTo(configuration.json());
    var layer = (Residual) read.getConf(0).getLayer();
    var model = (MultiLayerNetwork) configuration.newModel();
    assertThat(layer).isEqualTo(model.getLayer(0).conf().getLayer()).isEqualTo(layer.clone());
    assertThat(layer.getSurvival()).isEqualTo(0.9);
    assertThat(layer.getLayers())
        .extracting(l -> l.getLayerName())
        .containsExactly("dense-1", "dense-2");
    assertThat(model.numParams()).isEqualTo(4 * 6 + 6 + 6 * 4 + 4 + 4 * 3 + 3);
    assertThat(configuration.parameterCount()).isEqualTo(model.numParams());
    NetworkReport report = configuration.describe();
    assertThat(report.inputWidth()).isEqualTo(IN);
    assertThat(report.layers()).extracting(l -> l.parameters()).containsExactly(58L, 15L);
    assertThat(report.text())
        .containsPattern("residual-1 +Residual +survival 0.9 +4 +58")
        .containsPattern("  dense-1 +DenseLayer +tanh +6 +30");
    assertThat(((MultiLayerNetwork) configuration.newModel()).params()).isEqualTo(model.params());
  }

  @Test
  void problemsAreNamed() {
    assertThatThrownBy(
            () ->
                build(
                    LayerSettings.residual(1.5, LayerSettings.dense(IN)),
                    LayerSettings.residual(0),
                    LayerSettings.residual(
                        1,
                        LayerSettings.output(),
                        LayerSettings.pooling("max"),
                        block(1),
                        LayerSettings.dense(IN).withName("a"),
                        LayerSettings.dense(IN).withName("a")),
                    LayerSettings.residual(
                        1,
                        LayerSettingsDenseBuilder.builder()
                            .units(Optional.of(IN))
                            .init(Optional.of("lsuv"))
                            .build()),
                    LayerSettings.residual(1, LayerSettings.dense(IN + 1)),
                    LayerSettings.residual(1, LayerSettings.dense(IN, "rleu")),
                    LayerSettings.residual(1, LayerSettings.convolution2d(2, 3)),
                    LayerSettings.output()))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .message()
        .contains(
            "network.layers[0].survival; found: 1.5; expected: in (0, 1]",
            "network.layers[1].survival; found: 0.0",
            "network.layers[1].layers; found: no layer",
            "network.layers[2].layers[0].type; found: output in a residual block; expected: one of"
                + " alpha-dropout, batch-norm",
            "network.layers[2].layers[1].type; found: pooling",
            "network.layers[2].layers[2].type; found: residual",
            "network.layers[2].layers[4].name; found: a; expected: a unique name",
            "network.layers[3].layers[0].init; found: lsuv",
            "network.layers[4].layers; found: 5 numbers; expected: 4 numbers, because the block",
            "network.layers[5].layers[0].activation; found: rleu, did you mean relu?",
            "network.layers[6].layers[0].type; found: convolution-2d on 4 numbers");
  }

  /** Huang et al. 2016, equation 4. */
  @Test
  void survivalDecaysLinearlyOverBlocksWithoutTheirOwn() {
    LayerSettings.Residual plain =
        new LayerSettings.Residual(
            List.of(LayerSettings.dense(IN)), Optional.empty(), Optional.empty());
    NetworkSettings settings =
        NetworkSettingsBuilder.builder(
                settings(
                    plain,
                    LayerSettings.dense(IN),
                    plain,
                    block(0.3),
                    plain,
                    LayerSettings.output()))
            .survival(Optional.of(0.5))
            .build();
    MultiLayerConfiguration built =
        NetworkBuilder.build(settings, IN, OutputTask.classes(3), 7).multiLayer();
    assertThat(IntStream.of(0, 2, 3, 4).mapToObj(i -> (Residual) built.getConf(i).getLayer()))
        .extracting(Residual::getSurvival)
        .containsExactly(0.875, 0.75, 0.3, 0.5);
    NetworkSettings wrong =
        NetworkSettingsBuilder.builder(settings).survival(Optional.of(0.0)).build();
    assertThatThrownBy(() -> NetworkBuilder.build(wrong, IN, OutputTask.classes(3), 7))
        .hasMessageContaining("network.survival; found: 0.0; expected: in (0, 1]");
    NetworkSettings none = settings.withLayers(List.of(LayerSettings.output()));
    assertThatThrownBy(() -> NetworkBuilder.build(none, IN, OutputTask.classes(3), 7))
        .hasMessageContaining("network.survival; found: 0.5; expected: 1, because no layer of");
  }

  @Test
  void blocksOfImagesAreOfTheirShape() {
    assertThatThrownBy(
            () ->
                images(
                    LayerSettings.residual(
                        1, convolution(2, "relu"), LayerSettings.pooling2d("max", 2)),
                    LayerSettings.residual(1, convolution(3, "relu")),
                    LayerSettings.residual(1, LayerSettings.dense(40)),
                    LayerSettings.output()))
        .hasMessageContainingAll(
            "network.layers[0].layers; found: images of 2 × 2 with 2 channels; expected: images of"
                + " 5 × 4 with 2 channels",
            "network.layers[1].layers; found: images of 5 × 4 with 3 channels",
            "network.layers[2].layers; found: 40 numbers");
  }

  /** Widths of the rows are not known then, nor the model below. */
  @Test
  void blocksAreCheckedBeforeTheDataAreKnown() {
    for (LayerSettings lowest :
        List.of(
            block(1),
            LayerSettings.residual(
                1,
                LayerSettings.dense(6, "identity"),
                new LayerSettings.Maxout(Optional.of(2), Optional.empty())),
            LayerSettings.residual(1, convolution(8, "relu")))) {
      NetworkSettings fits = settings(lowest, LayerSettings.dense(5), LayerSettings.output());
      assertThat(NetworkBuilder.check(fits, OutputTask.classes(2)).list()).isEmpty();
      assertThat(NetworkBuilder.checkTop(fits, OutputTask.classes(2)).list()).isEmpty();
    }
    // The lowest block takes rows of any width.
    LayerSettings scaled = LayerSettings.residual(1, LayerSettings.batchNorm());
    for (LayerSettings next :
        List.of(block(1), LayerSettings.residual(1, convolution(8, "relu")))) {
      NetworkSettings above = settings(scaled, next, LayerSettings.output());
      assertThat(NetworkBuilder.check(above, OutputTask.classes(2)).list()).isEmpty();
      assertThat(NetworkBuilder.checkTop(above, OutputTask.classes(2)).list()).isEmpty();
    }
    NetworkSettings wrong =
        settings(LayerSettings.dense(5), block(1), block(1), LayerSettings.output());
    assertThat(NetworkBuilder.check(wrong, OutputTask.classes(2)).list())
        .hasSize(2)
        .allMatch(p -> p.found().equals("4 numbers") && p.expected().startsWith("5 numbers"));
    NetworkSettings between =
        settings(
            block(1), LayerSettings.residual(1, LayerSettings.dense(7)), LayerSettings.output());
    assertThat(NetworkBuilder.check(between, OutputTask.classes(2)).list())
        .extracting(p -> p.key())
        .containsExactly("network.layers[1].layers");
  }

  @Test
  void parametersAndObstaclesAreNamedByLayer() {
    try (NetworkLearner learner =
        new NetworkLearnerSpec(build(block(1), LayerSettings.output())).create()) {
      assertThat(learner.fitReason()).isEmpty();
      assertThat(learner.nameOf(31)).isEqualTo("layer residual-1, dense-2.W");
      assertThat(learner.nameOf(58)).isEqualTo("layer output, W");
    }
    assertThat(
            new NetworkLearnerSpec(build(block(1), LayerSettings.output())).acceleratorObstacle())
        .contains("layer residual-1 with Residual");
  }
}
