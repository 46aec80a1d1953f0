package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.learner.DenseShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** In float64: parameters of deviation 1, rows of {@link TestRbms}. */
class RbmMeasuresTest {
  private static final int ROWS = 12;

  @ParameterizedTest
  @ValueSource(strings = {"binary", "gaussian"})
  void freeEnergyIsThatOfAllHiddenStates(String visible) {
    boolean gaussian = visible.equals("gaussian");
    RbmLearner learner = learner(visible, "binary");
    double[][] rows = TestRbms.rows(ROWS, gaussian);
    ExactMachine exact =
        new ExactMachine(learner.parameters(), TestRbms.INPUTS, TestRbms.UNITS, gaussian);
    double sum = 0;
    for (double[] row : rows) {
      sum += exact.freeEnergy(row);
    }
    assertThat(measure(learner, Nd4j.createFromArray(rows), "free-energy"))
        .isCloseTo(sum, within(1e-9));
  }

  /** ∂F/∂b = -h for every kind of hidden units: what contrastive divergence takes it for. */
  @ParameterizedTest
  @CsvSource({"binary, binary", "binary, rectified", "gaussian, binary", "gaussian, rectified"})
  void freeEnergyFallsAtTheRateOfTheHiddenMeans(String visible, String hidden) {
    RbmLearner learner = learner(visible, hidden);
    INDArray rows = Nd4j.createFromArray(TestRbms.rows(ROWS, visible.equals("gaussian")));
    INDArray means = learner.encode(rows).sum(0);
    double step = 1e-5;
    for (int unit = 0; unit < TestRbms.UNITS; unit++) {
      long bias = (long) TestRbms.INPUTS * TestRbms.UNITS + unit;
      double at = learner.parameters().getDouble(bias);
      learner.parameters().putScalar(bias, at + step);
      double above = measure(learner, rows, "free-energy");
      learner.parameters().putScalar(bias, at - step);
      double below = measure(learner, rows, "free-energy");
      learner.parameters().putScalar(bias, at);
      assertThat((above - below) / (2 * step))
          .isCloseTo(-means.getDouble(unit), within(1e-4 * (1 + means.getDouble(unit))));
    }
  }

  @Test
  void crossEntropyIsThatOfTheReconstruction() {
    RbmLearner learner = learner("binary", "binary");
    INDArray rows = Nd4j.createFromArray(TestRbms.rows(ROWS, false));
    INDArray reconstructed = learner.reconstruct(rows);
    double entropy = 0;
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < TestRbms.INPUTS; j++) {
        double v = rows.getDouble(i, j);
        double p = reconstructed.getDouble(i, j);
        entropy -= v * Math.log(p) + (1 - v) * Math.log(1 - p);
        squares += (v - p) * (v - p);
      }
    }
    assertThat(measure(learner, rows, "cross-entropy")).isCloseTo(entropy, within(1e-9));
    assertThat(measure(learner, rows, "squared-error")).isCloseTo(squares, within(1e-9));
    assertThat(measure(learner, rows, "loss")).isCloseTo(squares, within(1e-9));
    assertThat(measure(learner, rows, "squared-input"))
        .isCloseTo(
            rows.norm2Number().doubleValue() * rows.norm2Number().doubleValue(), within(1e-9));
  }

  @Test
  void realValuesHaveNoCrossEntropy() {
    assertThat(learner("gaussian", "binary").measures())
        .containsExactly("loss", "squared-error", "squared-input", "free-energy");
  }

  /** The first parameters and the decoder's are dense layers that do what the learner does. */
  @ParameterizedTest
  @CsvSource({"binary, binary", "gaussian, rectified"})
  void encoderAndDecoderAreDenseLayers(String visible, String hidden) {
    RbmLearner learner = learner(visible, hidden);
    RbmSpec spec = spec(visible, hidden);
    INDArray rows = Nd4j.createFromArray(TestRbms.rows(ROWS, visible.equals("gaussian")));
    INDArray code = dense(spec.encoder(), learner.parameters(), rows);
    assertThat(learner.encode(rows).distance2(code)).isLessThan(1e-9);
    INDArray back = dense(spec.decoder(), learner.decoderParameters(), code);
    assertThat(learner.reconstruct(rows).distance2(back)).isLessThan(1e-9);
  }

  private static INDArray dense(List<DenseShape> layers, INDArray flat, INDArray rows) {
    assertThat(layers).hasSize(1);
    DenseShape shape = layers.get(0);
    long products = (long) shape.inputs() * shape.units();
    INDArray vector = flat.reshape(flat.length());
    INDArray weights =
        vector
            .get(NDArrayIndex.interval(0, products))
            .dup()
            .reshape('f', shape.inputs(), shape.units());
    INDArray bias = vector.get(NDArrayIndex.interval(products, shape.parameters())).dup();
    INDArray z = rows.mmul(weights).dup('c');
    Nonlinearity.named(shape.activation()).orElseThrow().apply(z, bias.reshape(1, shape.units()));
    return z;
  }

  private static double measure(RbmLearner learner, INDArray rows, String name) {
    return learner.measure(rows)[learner.measures().indexOf(name)];
  }

  private static RbmSpec spec(String visible, String hidden) {
    return new RbmSpec(
        TestRbms.INPUTS,
        TestRbms.UNITS,
        RbmSettingsBuilder.builder(RbmSettings.of(visible, hidden)).visibleDeviation(1).build(),
        TestRbms.update("sgd", 0.1),
        3);
  }

  private static RbmLearner learner(String visible, String hidden) {
    BlasThreads.single();
    RbmLearner learner = spec(visible, hidden).create(DataType.DOUBLE);
    Nd4j.getRandom().setSeed(9);
    learner.parameters().assign(Nd4j.randn(DataType.DOUBLE, learner.parameters().shape()));
    return learner;
  }
}
