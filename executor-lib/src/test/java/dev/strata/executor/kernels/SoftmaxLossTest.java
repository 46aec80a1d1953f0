package dev.strata.executor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.KernelCases.Guarded;
import dev.strata.executor.kernels.KernelCases.Layout;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SoftmaxLossTest {
  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** Rows shorter and longer than a piece; labels of one class and spread over all. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "5, 3", "7, 10", "3, 1023", "2, 1024", "3, 1025", "2, 2500"})
  void lossAndGradientAreThoseOfFloat64(int rows, int classes) {
    for (boolean weighted : new boolean[] {false, true}) {
      for (boolean spread : new boolean[] {false, true}) {
        float[] z = KernelCases.numbers(rows, rows * classes, 6);
        float[] bias = KernelCases.numbers(classes, classes, 1);
        float[] weights = new float[rows];
        float[] labels = new float[rows * classes];
        double[] gradient = new double[labels.length];
        double[] sums = new double[classes];
        double loss = 0;
        for (int i = 0; i < rows; i++) {
          weights[i] = weighted ? 0.25f + i : 1;
          double total = 0;
          for (int j = 0; j < classes; j++) {
            labels[i * classes + j] = spread ? 1f / classes : j == i % classes ? 1 : 0;
            total += Math.exp((double) z[i * classes + j] + bias[j]);
          }
          for (int j = 0; j < classes; j++) {
            int at = i * classes + j;
            double p = Math.exp((double) z[at] + bias[j]) / total;
            loss -= weights[i] * labels[at] * Math.log(p);
            gradient[at] = weights[i] * (p - labels[at]);
            sums[j] += gradient[at];
          }
        }
        Guarded into = KernelCases.array(Layout.VIEW, z, rows, classes);
        Guarded sum = KernelCases.array(Layout.VIEW, new float[classes], 1, classes);
        double found =
            SoftmaxLoss.apply(
                into.array(),
                row(bias),
                KernelCases.array(Layout.PLAIN, labels, rows, classes).array(),
                weighted
                    ? Optional.of(Nd4j.createFromArray(weights).reshape(rows, 1))
                    : Optional.empty(),
                sum.array());
        assertThat(found).isCloseTo(loss, within(1e-5 * (1 + loss)));
        KernelCases.assertClose(into.values(), gradient, 2e-6, "gradient");
        KernelCases.assertClose(sum.values(), sums, 5e-6, "sums");
        into.assertUntouchedAround();
        sum.assertUntouchedAround();
      }
    }
  }

  /** Neither large numbers nor hopeless rows are infinite; NaN and infinity are not hidden. */
  @Test
  void edges() {
    assertThat(loss(new float[] {1000, 0}, 0)).isCloseTo(0, within(1e-9));
    assertThat(loss(new float[] {1000, 0}, 1)).isCloseTo(-Math.log(1e-10), within(1e-9));
    assertThat(loss(new float[] {-3e38f, 3e38f}, 0)).isCloseTo(-Math.log(1e-10), within(1e-9));
    assertThat(loss(new float[] {Float.NaN, 0}, 1)).isNaN();
    assertThat(loss(new float[] {Float.POSITIVE_INFINITY, 0}, 1)).isNaN();
  }

  private static double loss(float[] z, int label) {
    float[] labels = new float[z.length];
    labels[label] = 1;
    INDArray bias = row(new float[z.length]);
    return SoftmaxLoss.apply(row(z), bias, row(labels), Optional.empty(), bias.dup());
  }

  private static INDArray row(float[] values) {
    return Nd4j.createFromArray(values.clone()).reshape(1, values.length);
  }
}
