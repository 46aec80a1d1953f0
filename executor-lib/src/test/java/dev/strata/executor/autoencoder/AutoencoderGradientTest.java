package dev.strata.executor.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients in float64 against central differences, for every legal autoencoder. */
class AutoencoderGradientTest {
  private static final double STEP = 1e-5;
  private static final double BOUND = 1e-5;

  /** Gradients below this share of the greatest are rounding of the differences. */
  private static final double NOISE = 1e-4;

  private static final List<String> ACTIVATIONS =
      List.of("sigmoid", "tanh", "relu", "elu", "identity");
  private static final List<String> LOSSES = List.of("cross-entropy", "squared-error");
  private static final List<InputNoise> NOISES =
      List.of(
          InputNoise.masking(0.4),
          InputNoise.saltAndPepper(0.4),
          InputNoise.gaussian(0.3),
          InputNoise.swap(0.4));
  private static final UpdateSettings UPDATE =
      new UpdateSettings(
          UpdaterSettings.of("sgd", 0.1), ScheduleSettings.none(), ClippingSettings.none());

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  static Stream<AutoencoderSettings> legal() {
    List<AutoencoderSettings> all = new ArrayList<>();
    int pair = 0;
    for (String encoder : ACTIVATIONS) {
      for (String decoder : ACTIVATIONS) {
        for (String loss : LOSSES) {
          AutoencoderSettings plain = AutoencoderSettings.plain(encoder, decoder, loss);
          all.add(plain);
          // One kind of noise each: the gradient is that of the noisy input.
          all.add(plain.withCorruption(NOISES.get((pair + pair / 4) % NOISES.size())));
          pair++;
          all.add(plain.withSparsity(new Sparsity(0.2, 0.7)));
          all.add(plain.withContraction(0.3));
          all.add(plain.withL2(0.2));
          all.add(
              plain
                  .withCorruption(InputNoise.masking(0.2))
                  .withSparsity(new Sparsity(0.1, 0.3))
                  .withContraction(0.1)
                  .withL2(0.05));
        }
      }
    }
    List<AutoencoderSettings> both = new ArrayList<>(all);
    all.forEach(settings -> both.add(settings.withTied(true)));
    return both.stream().filter(AutoencoderGradientTest::isLegal);
  }

  private static boolean isLegal(AutoencoderSettings settings) {
    NetworkProblems problems = new NetworkProblems();
    settings.check("layer", problems);
    return problems.none();
  }

  @ParameterizedTest
  @MethodSource("legal")
  void gradientEqualsCentralDifferences(AutoencoderSettings settings) {
    assertGradient(new AutoencoderSpec(5, 3, settings, UPDATE, 7).create(DataType.DOUBLE));
  }

  static Stream<DeepAutoencoderSpec> deep() {
    List<DeepAutoencoderSpec> all = new ArrayList<>();
    for (String encoder : ACTIVATIONS) {
      for (String decoder : ACTIVATIONS) {
        for (String loss : LOSSES) {
          if (loss.equals("squared-error") || decoder.equals("sigmoid")) {
            all.add(
                new DeepAutoencoderSpec(
                    List.of(
                        new DenseShape(5, 4, encoder),
                        new DenseShape(4, 3, encoder),
                        new DenseShape(3, 2, "identity")),
                    List.of(
                        new DenseShape(2, 3, encoder),
                        new DenseShape(3, 4, encoder),
                        new DenseShape(4, 5, decoder)),
                    loss,
                    InputNoise.masking(0.2),
                    0.1,
                    UPDATE,
                    3));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("deep")
  void gradientOfDeepOnesEqualsCentralDifferences(DeepAutoencoderSpec spec) {
    assertGradient(spec.create(DataType.DOUBLE));
  }

  /** In float32 loops of ours compute what ND4J's operations compute in float64. */
  @ParameterizedTest
  @MethodSource("legal")
  void lossAndGradientInSinglePrecisionAreThoseInDouble(AutoencoderSettings settings) {
    AutoencoderSpec spec = new AutoencoderSpec(5, 3, settings, UPDATE, 7);
    AutoencoderLearner doubles = spec.create(DataType.DOUBLE);
    AutoencoderLearner floats = spec.create(DataType.FLOAT);
    randomBiases(doubles);
    floats.parameters().assign(doubles.parameters().castTo(DataType.FLOAT));
    INDArray x = input();
    double expected = loss(doubles, x);
    assertThat(loss(floats, x.castTo(DataType.FLOAT)) / expected).isBetween(1 - 2e-6, 1 + 2e-6);
    double greatest = doubles.gradient().normmaxNumber().doubleValue();
    INDArray difference = floats.gradient().castTo(DataType.DOUBLE).sub(doubles.gradient());
    assertThat(difference.normmaxNumber().doubleValue()).isLessThan(2e-6 * Math.max(1, greatest));
    double[] measured = floats.measure(x.castTo(DataType.FLOAT));
    double[] expectedMeasured = doubles.measure(x);
    for (int i = 0; i < measured.length; i++) {
      assertThat(measured[i] / expectedMeasured[i]).isBetween(1 - 2e-6, 1 + 2e-6);
    }
  }

  private static void assertGradient(AutoencoderLearner learner) {
    randomBiases(learner);
    INDArray x = input();
    loss(learner, x);
    double[] gradient = learner.gradient().toDoubleVector();
    double greatest = learner.gradient().normmaxNumber().doubleValue();
    INDArray parameters = learner.parameters();
    for (int i = 0; i < gradient.length; i++) {
      double at = parameters.getDouble(i);
      parameters.putScalar(i, at + STEP);
      double above = loss(learner, x);
      parameters.putScalar(i, at - STEP);
      double below = loss(learner, x);
      parameters.putScalar(i, at);
      double difference = (above - below) / (2 * STEP);
      double size = Math.max(Math.abs(difference) + Math.abs(gradient[i]), NOISE * greatest);
      assertThat(Math.abs(difference - gradient[i]) / size).as("parameter %s", i).isLessThan(BOUND);
    }
  }

  /** With the same corruption each time. */
  private static double loss(AutoencoderLearner learner, INDArray x) {
    Nd4j.getRandom().setSeed(99);
    return learner.lossAndGradient(x);
  }

  private static void randomBiases(AutoencoderLearner learner) {
    Nd4j.getRandom().setSeed(5);
    INDArray parameters = learner.parameters();
    parameters.addi(Nd4j.randn(parameters.dataType(), parameters.shape()).muli(0.1));
  }

  private static INDArray input() {
    Nd4j.getRandom().setSeed(17);
    return Nd4j.rand(DataType.DOUBLE, 6, 5);
  }
}
