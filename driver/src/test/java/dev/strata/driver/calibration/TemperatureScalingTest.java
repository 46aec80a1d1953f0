package dev.strata.driver.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

class TemperatureScalingTest {
  private static final String KEY = "training.calibration";

  /** Mean of -log softmax(z / T) of the class, by the definition. */
  private static double loss(double[][] logits, int[] classes, double temperature) {
    double loss = 0;
    for (int i = 0; i < logits.length; i++) {
      double sum = 0;
      for (double z : logits[i]) {
        sum += Math.exp((z - logits[i][classes[i]]) / temperature);
      }
      loss += Math.log(sum) / logits.length;
    }
    return loss;
  }

  /** Classes drawn by softmax(z), of logits that are three times too large. */
  @Test
  void theTemperatureUndoesWhatMakesLogitsTooLarge() {
    Random random = new Random(1);
    int rows = 20000;
    double[][] logits = new double[rows][3];
    int[] classes = new int[rows];
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      double[] z = random.doubles(3, -2, 2).toArray();
      for (double one : z) {
        sum += Math.exp(one);
      }
      double drawn = random.nextDouble() * sum;
      while (classes[i] < 2 && drawn > Math.exp(z[classes[i]])) {
        drawn -= Math.exp(z[classes[i]]);
        classes[i]++;
      }
      for (int c = 0; c < 3; c++) {
        logits[i][c] = 3 * z[c];
      }
    }
    Temperature found = TemperatureScaling.fit(t -> loss(logits, classes, t));
    assertThat(found.warning()).isEmpty();
    double fitted = found.value();
    assertThat(fitted).isEqualTo(3, within(0.15));
    // the minimum: no slope in 1 / T
    double step = 1e-3;
    double above = loss(logits, classes, fitted * (1 + 10 * step));
    double below = loss(logits, classes, fitted / (1 + 10 * step));
    assertThat(loss(logits, classes, fitted)).isLessThan(above).isLessThan(below);
  }

  @Test
  void aTemperatureThatGainsNothingIsOne() {
    Temperature none = new Temperature(1, Temperature.Range.INSIDE);
    assertThat(TemperatureScaling.fit(t -> 1)).isEqualTo(none);
    assertThat(TemperatureScaling.fit(t -> Math.abs(Math.log(t)))).isEqualTo(none);
  }

  @Test
  void rowsThatDetermineNoTemperatureAreWarnedAbout() {
    double[][] logits = {{2, 0}, {3, 1}, {0, 1}};
    int[] right = {0, 0, 1};
    Temperature separable = TemperatureScaling.fit(t -> loss(logits, right, t));
    assertThat(separable.value()).isEqualTo(0.05, within(0.001));
    assertThat(separable.warning().orElseThrow())
        .contains("every row correctly", "0.050", "more validation rows");
    // As log loss is measured: no probability is above 1 - 2^-23.
    Temperature clipped =
        TemperatureScaling.fit(t -> Math.max(loss(logits, right, t), Math.pow(2, -23)));
    assertThat(clipped.value()).isBetween(0.05, 0.1);
    assertThat(clipped.range()).isEqualTo(Temperature.Range.LEAST);

    int[] wrong = {1, 1, 0};
    Temperature useless = TemperatureScaling.fit(t -> loss(logits, wrong, t));
    assertThat(useless.value()).isEqualTo(20, within(0.2));
    assertThat(useless.warning().orElseThrow())
        .contains("no better than equal probabilities", "more validation rows");

    int[] mixed = {0, 0, 0};
    assertThat(TemperatureScaling.fit(t -> loss(logits, mixed, t)).warning()).isEmpty();
  }

  private static TrainedModel model(Activation output, LossFunctions.LossFunction loss) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder(loss).nIn(5).nOut(3).activation(output).build())
                .build());
    network.init();
    return new TrainedModel(
        NetworkConfiguration.of(network),
        StateVector.of(network.params()),
        StateVector.zeros(0),
        0,
        0);
  }

  @Test
  void theOutputLayerIsDividedAndAllElseStays() {
    TrainedModel model = model(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT);
    MultiLayerNetwork before = (MultiLayerNetwork) model.newModel();
    MultiLayerNetwork after =
        (MultiLayerNetwork) TemperatureScaling.scaled(model, 2, KEY).newModel();
    INDArray rows = Nd4j.rand(6, 4);
    INDArray logs = Transforms.log(before.output(rows)).div(2);
    INDArray wanted = Transforms.softmax(logs);
    assertThat(after.output(rows).equalsWithEps(wanted, 1e-5)).isTrue();
    assertThat(after.feedForward(rows).get(1)).isEqualTo(before.feedForward(rows).get(1));
  }

  @Test
  void anOutputWithoutSoftmaxIsRefused() {
    TrainedModel model = model(Activation.SIGMOID, LossFunctions.LossFunction.XENT);
    assertThatThrownBy(() -> TemperatureScaling.scaled(model, 2, KEY))
        .hasMessageContaining(KEY)
        .hasMessageContaining("softmax");
  }
}
