package dev.strata.driver.visualization;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.quickstart.GlyphGenerator;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;

/** A small network on drawn characters, whose units do what a test asks. */
final class PictureSamples {
  static final int UNITS = 30;

  private PictureSamples() {}

  /** Drawn characters in [0, 1]. */
  static SampleRows glyphs(int rows) {
    GlyphGenerator generator = new GlyphGenerator(1, 10);
    float[] values = new float[rows * GlyphGenerator.PIXELS];
    for (int row = 0; row < rows; row++) {
      byte[] pixels = generator.draw(row).pixels();
      for (int i = 0; i < pixels.length; i++) {
        values[row * pixels.length + i] = (pixels[i] & 0xFF) / 255f;
      }
    }
    return SampleRows.of(values, List.of(GlyphGenerator.PIXELS));
  }

  static NetworkConfiguration network(Activation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .activation(activation)
                .list()
                .layer(new DenseLayer.Builder().name("hidden-1").nIn(784).nOut(UNITS).build())
                .layer(new DenseLayer.Builder().name("hidden-2").nIn(UNITS).nOut(12).build())
                .build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  /**
   * Small bumps as filters; unit 0 of the first layer is dead, units 1 and 2 are saturated at
   * either end.
   */
  static StateVector parameters() {
    Random random = new Random(5);
    float[] flat = new float[784 * UNITS + UNITS + UNITS * 12 + 12];
    for (int unit = 3; unit < UNITS; unit++) {
      double x = 4 + 20 * random.nextDouble();
      double y = 4 + 20 * random.nextDouble();
      double sign = random.nextBoolean() ? 1 : -1;
      for (int pixel = 0; pixel < 784; pixel++) {
        double dx = pixel % 28 - x;
        double dy = pixel / 28 - y;
        double bump =
            Math.exp(-(dx * dx + dy * dy) / 8) - 0.5 * Math.exp(-(dx * dx + dy * dy) / 30);
        flat[unit * 784 + pixel] = (float) (sign * bump + 0.02 * random.nextGaussian());
      }
    }
    for (int pixel = 0; pixel < 784; pixel++) {
      flat[784 + pixel] = (float) (0.03 * random.nextGaussian());
      flat[2 * 784 + pixel] = (float) (0.03 * random.nextGaussian());
    }
    int biases = 784 * UNITS;
    flat[biases + 1] = -5;
    flat[biases + 2] = 5;
    for (int i = biases + UNITS; i < flat.length; i++) {
      flat[i] = (float) (0.4 * random.nextGaussian());
    }
    return StateVector.of(flat);
  }

  /** A way back that gives every row the same grey. */
  static NetworkSnapshot sight(SampleRows rows) {
    List<DenseShape> decoder =
        List.of(new DenseShape(12, UNITS, "sigmoid"), new DenseShape(UNITS, 784, "sigmoid"));
    long length = decoder.stream().mapToLong(DenseShape::parameters).sum();
    return new NetworkSnapshot(
        network(Activation.SIGMOID),
        parameters(),
        Optional.of(new Decoder(decoder, StateVector.zeros(length))),
        rows);
  }
}
