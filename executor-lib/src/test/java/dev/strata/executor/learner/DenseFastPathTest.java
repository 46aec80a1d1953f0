package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Steps of the dense fast path and DL4J's fit. */
class DenseFastPathTest {
  private static final int IN = 9;
  private static final int OUT = 4;
  private static final ISchedule FADING = new ExponentialSchedule(ScheduleType.ITERATION, 0.5, 1.1);
  private static final int[] BATCHES = {16, 16, 5, 16, 1, 2, 16};

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** What one case has that differs from relu, softmax, cross-entropy and Adam. */
  private static final class Case {
    final NeuralNetConfiguration.Builder base = new NeuralNetConfiguration.Builder().seed(3);
    final int[] widths;
    IActivation hidden = Activation.RELU.getActivationFunction();
    Activation last = Activation.SOFTMAX;
    LossFunction loss = LossFunction.MCXENT;
    boolean bias = true;
    boolean layerNorm;
    int outputs = OUT;

    /** Below each layer. */
    int dropoutLayers;

    /** Above each hidden layer, by its width. */
    IntFunction<List<Layer>> above = width -> List.of();

    Consumer<ListBuilder> more = list -> {};

    Case(int... widths) {
      this.widths = widths;
      base.updater(new Adam(0.01));
    }

    MultiLayerNetwork network() {
      ListBuilder list = base.list();
      int width = IN;
      for (int next : widths) {
        addDropout(list);
        list.layer(
            new DenseLayer.Builder()
                .nIn(width)
                .nOut(next)
                .activation(hidden)
                .hasBias(bias)
                .hasLayerNorm(layerNorm)
                .biasInit(0.1)
                .build());
        width = next;
        above.apply(width).forEach(list::layer);
      }
      addDropout(list);
      list.layer(
          new OutputLayer.Builder(loss)
              .nIn(width)
              .nOut(outputs)
              .activation(last)
              .hasBias(bias)
              .build());
      more.accept(list);
      MultiLayerNetwork network =
          new MultiLayerNetwork(MultiLayerConfiguration.fromJson(list.build().toJson()));
      network.init();
      return network;
    }

    private void addDropout(ListBuilder list) {
      for (int i = 0; i < dropoutLayers; i++) {
        list.layer(new DropoutLayer(0.9 - 0.2 * i));
      }
    }
  }

  private static Arguments of(String name, Consumer<Case> change, int... widths) {
    Case one = new Case(widths.length == 0 ? new int[] {13, 7} : widths);
    change.accept(one);
    return Arguments.of(name, one);
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      if (activation != Activation.RRELU) {
        cases.add(of("hidden " + activation, c -> c.hidden = activation.getActivationFunction()));
      }
    }
    cases.add(of("leaky", c -> c.hidden = new ActivationReLU(null, null, 0.1)));
    cases.add(of("capped", c -> c.hidden = new ActivationReLU(0.5, null, null)));
    cases.add(of("threshold", c -> c.hidden = new ActivationReLU(null, 0.2, null)));
    for (IUpdater updater :
        List.of(
            new Sgd(0.1),
            new Nesterovs(0.05, 0.9),
            new Adam(0.01),
            new RmsProp(0.01),
            new AdaGrad(0.1),
            new AdaMax(0.01),
            new AMSGrad(0.01),
            new AdaDelta(),
            new Nesterovs(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9), 0.5),
            new NoOp(),
            new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9)),
            new Adam(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.01, 1, 0.003))))) {
      cases.add(of("updater " + updater, c -> c.base.updater(updater)));
    }
    for (GradientNormalization kind : GradientNormalization.values()) {
      cases.add(
          of(
              "clipping " + kind,
              c -> c.base.gradientNormalization(kind).gradientNormalizationThreshold(0.01)));
    }
    cases.add(of("l1, l2", c -> c.base.l1(0.01).l2(0.02).l1Bias(0.005).l2Bias(0.007)));
    cases.add(of("weight decay", c -> c.base.weightDecay(0.01).weightDecayBias(0.02, false)));
    cases.add(of("another rate for biases", c -> c.base.biasUpdater(new Sgd(0.05))));
    cases.add(of("no bias", c -> c.bias = false));
    cases.add(of("no hidden layer", c -> c.bias = true, new int[] {}));
    cases.add(of("hidden layer of one", c -> c.bias = true, 1));
    cases.add(of("deep", c -> c.hidden = Activation.TANH.getActivationFunction(), 6, 5, 4, 3));
    cases.add(of("wide", c -> c.base.l2(1e-4), 300, 90));
    cases.add(of("dropout everywhere", c -> c.base.dropOut(0.8)));
    cases.add(
        of(
            "dropout of an output layer alone",
            c -> c.base.dropOut(0.5).updater(new Nesterovs(0.05, 0.9)),
            new int[] {}));
    cases.add(of("dropout that fades", c -> c.base.dropOut(new Dropout(FADING))));
    cases.add(of("dropout, tanh", c -> c.base.dropOut(0.5).activation(Activation.TANH)));
    for (IDropout kind : List.of(new GaussianDropout(0.3), new AlphaDropout(0.7))) {
      cases.add(of("dropout " + kind, c -> c.base.dropOut(kind)));
      cases.add(
          of(
              "dropout layer " + kind,
              c -> {
                c.more = list -> list.layer(1, new DropoutLayer(kind));
              },
              9,
              9));
    }
    cases.add(of("dropout layers", c -> c.dropoutLayers = 2, 13, 7, 5));
    cases.add(
        of(
            "dropout layers, double",
            c -> {
              c.base.dataType(DataType.DOUBLE);
              c.dropoutLayers = 1;
            },
            13,
            7));
    cases.addAll(normalized());
    cases.add(of("double", c -> c.base.dataType(DataType.DOUBLE)));
    cases.add(of("no workspaces", c -> c.base.trainingWorkspaceMode(WorkspaceMode.NONE)));
    cases.add(loss("xent", LossFunction.XENT, Activation.SIGMOID, OUT));
    cases.add(loss("binary", LossFunction.XENT, Activation.SIGMOID, 1));
    for (Activation last :
        List.of(Activation.IDENTITY, Activation.TANH, Activation.ELU, Activation.SOFTMAX)) {
      cases.add(loss("mse of " + last, LossFunction.MSE, last, OUT));
    }
    cases.add(loss("mse of one", LossFunction.MSE, Activation.IDENTITY, 1));
    for (LossFunction loss :
        List.of(
            LossFunction.L1,
            LossFunction.L2,
            LossFunction.MEAN_ABSOLUTE_ERROR,
            LossFunction.HINGE,
            LossFunction.SQUARED_HINGE,
            LossFunction.KL_DIVERGENCE,
            LossFunction.POISSON,
            LossFunction.COSINE_PROXIMITY,
            LossFunction.NEGATIVELOGLIKELIHOOD)) {
      cases.add(loss("loss " + loss, loss, Activation.SOFTMAX, OUT));
    }
    return cases.stream();
  }

  private static BatchNormalization batchNorm(int width) {
    return batchNorm(width, Activation.IDENTITY);
  }

  private static BatchNormalization batchNorm(int width, Activation activation) {
    return new BatchNormalization.Builder().nIn(width).nOut(width).activation(activation).build();
  }

  private static Layer prelu(int width) {
    return new PReLULayer.Builder()
        .nIn(width)
        .nOut(width)
        .inputShape(width)
        .weightInit(new WeightInitConstant(0.25))
        .build();
  }

  private static List<Arguments> normalized() {
    List<Arguments> cases = new ArrayList<>();
    cases.add(of("layer norm", c -> c.layerNorm = true));
    cases.add(
        of(
            "layer norm without bias",
            c -> {
              c.layerNorm = true;
              c.bias = false;
            }));
    cases.add(
        of(
            "layer norm of one",
            c -> {
              c.layerNorm = true;
              // Adam's first step is as long for a gradient of 1e-9 as for one of 1.
              c.base.updater(new Sgd(0.1));
            },
            1,
            3));
    cases.add(
        of(
            "layer norm, rational tanh",
            c -> {
              c.layerNorm = true;
              c.hidden = Activation.RATIONALTANH.getActivationFunction();
            }));
    IntFunction<List<Layer>> norm = width -> List.of(batchNorm(width));
    cases.add(of("batch norm", c -> c.above = norm));
    for (Activation ignored : List.of(Activation.SIGMOID, Activation.TANH, Activation.RELU)) {
      cases.add(
          of(
              "batch norm that names " + ignored,
              c -> c.above = width -> List.of(batchNorm(width, ignored))));
    }
    cases.add(
        of(
            "batch norm that names nothing",
            c ->
                c.above =
                    width ->
                        List.of(new BatchNormalization.Builder().nIn(width).nOut(width).build())));
    cases.add(of("batch norm of the input", c -> c.more = l -> l.layer(0, batchNorm(IN)), IN, 7));
    for (IUpdater updater : List.of(new Sgd(0.1), new NoOp(), new AMSGrad(0.01))) {
      cases.add(
          of(
              "batch norm, " + updater,
              c -> {
                c.above = norm;
                c.base.updater(updater);
              }));
    }
    cases.add(
        of(
            "batch norm, clipped, l2",
            c -> {
              c.above = norm;
              c.base.l2(0.02);
              c.base
                  .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                  .gradientNormalizationThreshold(0.5);
            }));
    cases.add(
        of(
            "batch norm, weight decay, dropout",
            c -> {
              c.above = norm;
              c.base.weightDecay(0.01).l1(0.01);
              c.dropoutLayers = 1;
            }));
    cases.add(of("prelu", c -> c.above = width -> List.of(prelu(width))));
    cases.add(of("prelu of the input", c -> c.more = l -> l.layer(0, prelu(IN)), IN, 7));
    return cases;
  }

  private static Arguments loss(String name, LossFunction loss, Activation last, int outputs) {
    return of(
        name,
        c -> {
          c.loss = loss;
          c.last = last;
          c.outputs = outputs;
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void stepsAreFitButForRounding(String name, Case kind) {
    for (boolean weighted : new boolean[] {false, true}) {
      MultiLayerNetwork expected = kind.network();
      List<RowWeightedLoss> losses =
          weighted ? RowWeightedLoss.install(expected.getLayers()) : List.of();
      NetworkLearner learner = new NetworkLearner(new NetworkLearner.Layers(kind.network()));
      MultiLayerNetwork found = (MultiLayerNetwork) learner.model();
      assertThat(DenseFastPathSupport.supports(found)).isTrue();
      float[] before = expected.params().toFloatVector();
      for (int step = 0; step < BATCHES.length; step++) {
        Minibatch rows = rows(BATCHES[step], kind.outputs, step, weighted, expected);
        assertThat(DenseFastPathSupport.accepts(found, rows)).isTrue();
        int epoch = step / 4;
        expected.setEpochCount(epoch);
        learner.counters(step, epoch);
        Nd4j.getRandom().setSeed(1 + step);
        expected.setIterationCount(step);
        losses.forEach(loss -> loss.weights(rows.weights().orElseThrow()));
        expected.fit(rows.inputs()[0], rows.labels()[0], null, null);
        Nd4j.getRandom().setSeed(1 + step);
        double score = learner.step(rows);
        double tolerance = found.params().dataType() == DataType.FLOAT ? 5e-4 : 1e-11;
        assertThat(score).isCloseTo(expected.score(), within(tolerance * (1 + expected.score())));
        assertClose(found.params(), expected.params(), tolerance);
        learner.settle();
        assertClose(found.updaterState(), expected.updaterState(), tolerance);
        assertThat(found.getIterationCount()).isEqualTo(expected.getIterationCount());
      }
      assertThat(found.params().toFloatVector()).doesNotContain(Float.NaN);
      if (!name.contains("NoOp")) {
        assertThat(found.params().toFloatVector()).isNotEqualTo(before);
      }
    }
  }

  private static Minibatch rows(
      int rows, int outputs, int seed, boolean weighted, MultiLayerNetwork network) {
    DataType type = network.params().dataType();
    Nd4j.getRandom().setSeed(100 + seed);
    INDArray inputs = Nd4j.rand(type, rows, IN).subi(0.5).muli(3);
    INDArray labels = Nd4j.zeros(type, rows, outputs);
    for (int r = 0; r < rows; r++) {
      labels.putScalar(r, (r * 7 + seed) % outputs, outputs == 1 ? r % 2 : 1);
    }
    INDArray weights = Nd4j.rand(type, rows, 1).addi(0.5);
    return new Minibatch(
        rows,
        new INDArray[] {inputs},
        new INDArray[] {labels},
        new INDArray[0],
        weighted ? Optional.of(weights) : Optional.empty());
  }

  private static void assertClose(INDArray found, INDArray expected, double tolerance) {
    if (expected == null) {
      assertThat(found).isNull();
      return;
    }
    double scale = 1 + expected.amaxNumber().doubleValue();
    assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance * scale);
  }

  static Stream<Arguments> others() {
    return Stream.of(
        of("random slopes", c -> c.hidden = Activation.RRELU.getActivationFunction()),
        of("another kind of dropout", c -> c.base.dropOut(new GaussianNoise(0.5))),
        of(
            "a layer of another kind of dropout",
            c -> c.more = list -> list.layer(0, new DropoutLayer(new SpatialDropout(0.5)))),
        of("weight noise", c -> c.base.weightNoise(new DropConnect(0.8))),
        of("constraint", c -> c.base.constrainWeights(new MaxNormConstraint(1, 1))),
        of("sums, not means", c -> c.base.miniBatch(false)),
        of("another algorithm", c -> c.base.optimizationAlgo(OptimizationAlgorithm.LBFGS)),
        of(
            "batch normalization with constants",
            c ->
                c.above =
                    width ->
                        List.of(
                            new BatchNormalization.Builder()
                                .nIn(width)
                                .nOut(width)
                                .lockGammaBeta(true)
                                .activation(Activation.IDENTITY)
                                .build())),
        of(
            "batch normalization in float64",
            c -> {
              c.base.dataType(DataType.DOUBLE);
              c.above = width -> List.of(batchNorm(width));
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void whateverElseIsLeftToFit(String name, Case kind) {
    assertThat(DenseFastPathSupport.supports(kind.network())).isFalse();
  }
}
