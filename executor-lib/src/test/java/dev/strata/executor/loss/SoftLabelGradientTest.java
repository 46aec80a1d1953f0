package dev.strata.executor.loss;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Stock losses with a teacher's labels, in float64 against differences. */
class SoftLabelGradientTest {
  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  @Test
  void crossEntropyWithDistributions() {
    Nd4j.getRandom().setSeed(3);
    INDArray labels =
        Nd4j.createFromArray(
            new double[][] {{0.2, 0.5, 0.3}, {1, 0, 0}, {0.01, 0.01, 0.98}, {0, 0.5, 0.5}});
    LossGradients.agree(
        new LossMCXENT(), Nd4j.randn(DataType.DOUBLE, 4, 5), labels, Activation.SOFTMAX);
  }

  @Test
  void squaredErrorOfValues() {
    Nd4j.getRandom().setSeed(4);
    INDArray labels = Nd4j.createFromArray(new double[][] {{0.2, -3}, {1, 0}, {-7, 2}});
    LossGradients.agree(
        new LossMSE(), Nd4j.randn(DataType.DOUBLE, 3, 5), labels, Activation.IDENTITY);
  }
}
