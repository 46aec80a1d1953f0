package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettings.Dropout.Kind;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What kinds of dropout do to rows in training, by their papers. */
class DropoutKindsTest {
  private static final int ROWS = 400;
  private static final int WIDTH = 200;
  private static final int COUNT = ROWS * WIDTH;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static MultiLayerNetwork network(Kind kind, double rate) {
    LayerSettings dropout = new LayerSettings.Dropout(kind, Optional.of(rate), Optional.empty());
    return (MultiLayerNetwork)
        NetworkBuilder.build(
                NetworkSettings.of(
                    List.of(dropout, LayerSettings.output()), UpdaterSettings.defaults()),
                WIDTH,
                OutputTask.classes(2),
                1)
            .newModel();
  }

  /** Rows behind the dropout layer. */
  private static INDArray dropped(Kind kind, double rate, INDArray rows) {
    MultiLayerNetwork network = network(kind, rate);
    Nd4j.getRandom().setSeed(9);
    return network.feedForwardToLayer(0, rows.dup(), true).get(1);
  }

  private static double mean(INDArray values) {
    return values.castTo(DataType.DOUBLE).meanNumber().doubleValue();
  }

  private static double variance(INDArray values) {
    return values.castTo(DataType.DOUBLE).varNumber().doubleValue();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void inferenceLeavesRowsAlone(Kind kind) {
    INDArray rows = Nd4j.rand(DataType.FLOAT, ROWS, WIDTH);
    INDArray same = network(kind, 0.4).feedForwardToLayer(0, rows.dup(), false).get(1);
    assertThat(same).isEqualTo(rows);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5})
  void gaussianDropoutMultipliesByNormalNumbersOfMeanOne(double rate) {
    INDArray noise = dropped(Kind.GAUSSIAN, rate, Nd4j.ones(DataType.FLOAT, ROWS, WIDTH));
    double variance = rate / (1 - rate);
    double deviation = Math.sqrt(variance);
    assertThat(mean(noise)).isCloseTo(1, within(4 * deviation / Math.sqrt(COUNT)));
    assertThat(variance(noise)).isCloseTo(variance, within(0.03 * variance));
    // Of a normal distribution 68.27 % are within one deviation, 95.45 % within two.
    assertThat(share(noise, deviation)).isCloseTo(0.6827, within(0.01));
    assertThat(share(noise, 2 * deviation)).isCloseTo(0.9545, within(0.005));
    INDArray doubled = dropped(Kind.GAUSSIAN, rate, Nd4j.ones(DataType.FLOAT, ROWS, WIDTH).mul(2));
    assertThat(doubled.sub(noise.mul(2)).amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  private static double share(INDArray noise, double distance) {
    int inside = 0;
    for (float value : noise.ravel().toFloatVector()) {
      inside += Math.abs(value - 1) < distance ? 1 : 0;
    }
    return inside / (double) COUNT;
  }

  /** Mean 0 and variance 1 stay; a dropped number is a α' + b, any other a x + b. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.3})
  void alphaDropoutKeepsMeanAndVariance(double rate) {
    Nd4j.getRandom().setSeed(2);
    INDArray rows = Nd4j.randn(DataType.FLOAT, ROWS, WIDTH);
    INDArray found = dropped(Kind.ALPHA, rate, rows);
    assertThat(mean(found)).isCloseTo(0, within(0.02));
    assertThat(variance(found)).isCloseTo(1, within(0.03));
    double kept = 1 - rate;
    double saturated = -1.0507009873554805 * 1.6732632423543772;
    double a = 1 / Math.sqrt(kept + saturated * saturated * kept * rate);
    double b = -a * rate * saturated;
    float[] before = rows.ravel().toFloatVector();
    float[] after = found.ravel().toFloatVector();
    int gone = 0;
    for (int i = 0; i < COUNT; i++) {
      double expected = a * before[i] + b;
      if (Math.abs(after[i] - expected) > 1e-5) {
        assertThat((double) after[i]).isCloseTo(a * saturated + b, within(1e-5));
        gone++;
      }
    }
    assertThat(gone / (double) COUNT).isCloseTo(rate, within(0.01));
  }
}
