package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;

class AdamLoopTest {
  private static final int LENGTH = 5000;

  /** The last three are left to ND4J: betas below one half, a rate of zero, double precision. */
  @ParameterizedTest
  @CsvSource({
    "0.001, 0.9, 0.999, 1e-8, FLOAT",
    "0.5, 0.99, 0.95, 1e-3, FLOAT",
    "0.01, 0.5, 0.5, 0, FLOAT",
    "0.01, 0.1, 0.3, 1e-8, FLOAT",
    "0, 0.9, 0.999, 1e-8, FLOAT",
    "0.001, 0.9, 0.999, 1e-8, DOUBLE"
  })
  void manyStepsGiveTheBitsOfNd4j(
      double rate, double beta1, double beta2, double epsilon, DataType type) {
    Adam adam = new Adam(rate, beta1, beta2, epsilon);
    INDArray expectedState = Nd4j.zeros(type, 1, 2 * LENGTH);
    INDArray state = expectedState.dup();
    GradientUpdater<Adam> stock = stock(adam, expectedState);
    GradientUpdater<Adam> loop = new AdamLoop((AdamUpdater) stock(adam, state));
    SplittableRandom random = new SplittableRandom(4);
    for (int iteration = 0; iteration < 60; iteration++) {
      INDArray expected = gradient(random, iteration, type);
      INDArray gradient = expected.dup();
      stock.applyUpdater(expected, iteration, 0);
      loop.applyUpdater(gradient, iteration, 0);
      assertThat(gradient.toDoubleVector()).containsExactly(expected.toDoubleVector());
      assertThat(state.toDoubleMatrix()).isDeepEqualTo(expectedState.toDoubleMatrix());
    }
  }

  private static GradientUpdater<Adam> stock(Adam adam, INDArray state) {
    AdamUpdater updater = new AdamUpdater(adam);
    updater.setStateViewArray(state, new long[] {LENGTH}, 'c', true);
    return updater;
  }

  /** Ordinary, tiny (down to subnormal squares) and absent gradients. */
  private static INDArray gradient(SplittableRandom random, int iteration, DataType type) {
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      double scale = i % 3 == 0 ? 1e-2 : i % 3 == 1 ? 1e-20 : iteration < 5 ? 1 : 0;
      values[i] = (float) ((random.nextDouble() - 0.5) * scale);
    }
    return Nd4j.createFromArray(values).castTo(type);
  }
}
