package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * Gradients in float64 against differences of every activation that a network of DL4J can bring,
 * with its parameters: right as they are or made right while training, or refused.
 */
class ActivationGradientTest {
  /** Away from kinks (0, ±1, ±2.5, 6 …), on both sides of each. */
  private static final double[] POINTS = {
    -7.3, -4.2, -2.9, -2.2, -1.3, -0.7, -0.31, -0.06, 0.04, 0.27, 0.66, 0.91, 1.4, 2.3, 3.7, 6.9
  };

  private static final double STEP = 1e-6;

  @BeforeAll
  static void doublePrecision() {
    BlasThreads.single();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  static Stream<IActivation> all() {
    Stream<IActivation> named =
        Stream.of(Activation.values())
            .filter(a -> a != Activation.RRELU)
            .map(Activation::getActivationFunction);
    Stream<IActivation> withParameters =
        Stream.of(
            new ActivationELU(0.3),
            new ActivationELU(2.5),
            new ActivationLReLU(0.3),
            new ActivationReLU(6.0, 0.5, 0.2),
            new ActivationReLU(3.0, 0.0, 0.0),
            new ActivationThresholdedReLU(0.5),
            new ActivationGELU(true));
    return Stream.concat(named, withParameters);
  }

  @ParameterizedTest
  @MethodSource("all")
  void theDerivativeIsThatOfTheFunction(IActivation stock) {
    IActivation used = RightGradient.of(stock).orElse(stock);
    int half = POINTS.length / 2;
    INDArray z = Nd4j.createFromArray(POINTS).reshape(2, half);
    INDArray weights = Nd4j.linspace(DataType.DOUBLE, 0.3, 0.11, POINTS.length).reshape(2, half);
    INDArray found = used.backprop(z.dup(), weights.dup()).getFirst();
    for (int i = 0; i < POINTS.length; i++) {
      double numeric =
          (value(used, z, weights, i, STEP) - value(used, z, weights, i, -STEP)) / (2 * STEP);
      assertThat(found.getDouble(i / half, i % half))
          .as("%s at %s", stock, POINTS[i])
          .isCloseTo(numeric, within(1e-8 + 1e-5 * Math.abs(numeric)));
    }
  }

  private static double value(
      IActivation function, INDArray z, INDArray weights, int index, double step) {
    INDArray moved = z.dup();
    long half = z.size(1);
    moved.putScalar(index / half, index % half, POINTS[index] + step);
    return function.getActivation(moved, true).mul(weights).sumNumber().doubleValue();
  }

  /** In float32, where e^z and its square overflow. */
  @ParameterizedTest
  @EnumSource(names = {"GELU", "SWISH", "MISH"})
  void largeSumsHaveTheGradientOne(Activation activation) {
    IActivation stock = activation.getActivationFunction();
    INDArray large = Nd4j.createFromArray(new float[] {19, 21, 27, 39, 41, 60, 90, 300, 1e6f});
    INDArray epsilon = large.ulike().assign(2);

    assertThat(stock.backprop(large.dup(), epsilon.dup()).getFirst().isNaN().any())
        .as("DL4J's own")
        .isTrue();
    IActivation used = RightGradient.withoutOverflow(stock).orElseThrow();
    assertThat(used.backprop(large, epsilon).getFirst().toFloatVector())
        .containsOnly(new float[] {2}, within(1e-5f));
  }

  /** So that what was trained before is trained on to the same bytes. */
  @ParameterizedTest
  @EnumSource(names = {"GELU", "SWISH", "MISH"})
  void smallSumsHaveTheGradientOfDl4jToTheBit(Activation activation) {
    IActivation stock = activation.getActivationFunction();
    INDArray z = Nd4j.linspace(DataType.FLOAT, -50, 0.37, 180).reshape(2, 90);
    INDArray epsilon = Nd4j.linspace(DataType.FLOAT, -3, 0.031, 180).reshape(2, 90);

    IActivation used = RightGradient.withoutOverflow(stock).orElseThrow();
    assertThat(used.backprop(z.dup(), epsilon.dup()).getFirst().reshape(180).toFloatVector())
        .containsExactly(
            stock.backprop(z.dup(), epsilon.dup()).getFirst().reshape(180).toFloatVector());
  }

  @Test
  void onlyWhatIsWrongIsReplaced() {
    assertThat(all().filter(a -> RightGradient.of(a).isPresent()).map(Object::toString))
        .containsExactlyInAnyOrder("elu(alpha=0.3)", "elu(alpha=2.5)", "gelu(precise=true)");
  }

  private static NeuralNetConfiguration.ListBuilder layers() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .updater(new NoOp())
        .activation(new ActivationTanH())
        .list();
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(new LossMSE())
        .nIn(inputs)
        .nOut(2)
        .activation(new ActivationELU(0.4))
        .build();
  }

  /** ELU of alpha 0.4 in dense, activation and output layers, in recurrent ones and wrappers. */
  static Stream<NeuralNetConfiguration.ListBuilder> networks() {
    IActivation elu = new ActivationELU(0.4);
    return Stream.of(
        layers()
            .layer(new DenseLayer.Builder().nIn(3).nOut(4).activation(elu).build())
            .layer(
                new DenseLayer.Builder()
                    .nIn(4)
                    .nOut(4)
                    .activation(new ActivationIdentity())
                    .build())
            .layer(new ActivationLayer.Builder().activation(elu).build())
            .layer(output(4)),
        layers()
            .layer(new LastTimeStep(new LSTM.Builder().nIn(3).nOut(4).activation(elu).build()))
            .layer(output(4))
            .setInputType(InputType.recurrent(3, 5)),
        layers()
            .layer(
                new LastTimeStep(
                    new Bidirectional(
                        Bidirectional.Mode.CONCAT,
                        new LSTM.Builder().nIn(3).nOut(4).activation(elu).build())))
            .layer(output(8))
            .setInputType(InputType.recurrent(3, 5)),
        layers()
            .layer(
                new DenseLayer.Builder()
                    .nIn(3)
                    .nOut(4)
                    .activation(new ActivationIdentity())
                    .build())
            .layer(new PReLULayer.Builder().nIn(4).nOut(4).inputShape(4).build())
            .layer(output(4)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsOfWholeNetworks(NeuralNetConfiguration.ListBuilder builder) {
    MultiLayerNetwork network = new MultiLayerNetwork(builder.build());
    network.init();
    if (network.getParam("1_W") != null && network.getLayer(1).numParams() == 4) {
      network.getParam("1_W").assign(0.2);
    }
    RightGradients.install(network, NetworkConfiguration.of(network));
    boolean sequence = network.paramTable().keySet().stream().anyMatch(key -> key.endsWith("RW"));
    Nd4j.getRandom().setSeed(3);
    INDArray rows =
        sequence ? Nd4j.randn(DataType.DOUBLE, 4, 3, 5) : Nd4j.randn(DataType.DOUBLE, 4, 3);
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.MLNConfig()
                    .net(network)
                    .epsilon(STEP)
                    .maxRelError(1e-4)
                    .minAbsoluteError(1e-9)
                    .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                    .input(rows)
                    .labels(Nd4j.randn(DataType.DOUBLE, 4, 2))))
        .isTrue();
  }

  /** A step of gradient descent by a learner in float32, with the shorter way and with fit. */
  @Test
  void aLearnersStepUsesTheRightGradient() {
    NetworkConfiguration network = dense(new ActivationELU(0.3), new Sgd(0.5));
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    MultiLayerNetwork model = (MultiLayerNetwork) learner.model();
    model.params().assign(Nd4j.createFromArray(1f, 0f, 1f, 0f).reshape(1, 4));
    learner.counters(0, 0);
    learner.step(
        new Minibatch(
            1,
            new INDArray[] {Nd4j.createFromArray(-1f).reshape(1, 1)},
            new INDArray[] {Nd4j.createFromArray(0f).reshape(1, 1)},
            new INDArray[0],
            Optional.empty()));
    // a = 0.3 (e^-1 - 1), y = a; dw = 2 a · 0.3 e^-1 · (-1), rate 0.5.
    double a = 0.3 * (Math.exp(-1) - 1);
    double expected = 1 - 0.5 * 2 * a * 0.3 * Math.exp(-1) * -1;
    assertThat(model.params().getDouble(0)).isCloseTo(expected, within(1e-6));
    assertThat(network.json()).contains(ActivationELU.class.getName()).doesNotContain("dev.strata");
  }

  private static NetworkConfiguration dense(
      IActivation activation, org.nd4j.linalg.learning.config.IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(updater)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .name("bent")
                        .nIn(1)
                        .nOut(1)
                        .activation(activation)
                        .build())
                .layer(
                    new OutputLayer.Builder(new LossMSE())
                        .nIn(1)
                        .nOut(1)
                        .activation(new ActivationIdentity())
                        .build())
                .build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  @Test
  void whatCannotBeTrainedIsRefusedByName() {
    for (NetworkConfiguration network :
        List.of(
            dense(Activation.RRELU.getActivationFunction(), new Sgd(0.1)),
            dense(new ActivationIdentity(), new AdaBelief(0.1)),
            dense(
                new ActivationIdentity(),
                new AdaGrad(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 10), 1e-6)))) {
      assertThatThrownBy(() -> new NetworkLearnerSpec(network).create())
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("layer bent")
          .hasMessageContaining("cannot be trained");
    }
  }

  /** A place that no activation can be put into. */
  @Test
  void anActivationOutOfReachIsRefused() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new VariationalAutoencoder.Builder()
                        .name("deep")
                        .nIn(3)
                        .nOut(2)
                        .pzxActivationFn(new ActivationELU(0.5))
                        .build())
                .layer(
                    new OutputLayer.Builder(new LossMSE())
                        .nIn(2)
                        .nOut(1)
                        .activation(new ActivationIdentity())
                        .build())
                .build());
    network.init();
    NetworkConfiguration configuration = NetworkConfiguration.of(network);
    assertThatThrownBy(() -> new NetworkLearnerSpec(configuration).create())
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("deep")
        .hasMessageContaining("elu");
  }
}
