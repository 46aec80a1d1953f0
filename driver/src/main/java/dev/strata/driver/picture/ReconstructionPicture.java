package dev.strata.driver.picture;

import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rows beside what the network gives back of them through its narrowest place. */
final class ReconstructionPicture {
  private static final int COLUMNS = 10;
  private static final int BANDS = 3;
  private static final int MOST_LINES = 24;
  private static final int MOST_INPUTS = 512;
  private static final int WIDTH = 1160;
  private static final int BACKGROUND = 0x55616E;

  private ReconstructionPicture() {}

  /**
   * @param code output of the encoder for the rows, {@code [rows, units]}
   */
  static Picture of(NetworkSight sight, INDArray code) {
    SampleRows rows = sight.rows();
    INDArray back = decode(code, sight.decoder(), sight.decoderParameters());
    float[] flat = back.dup('c').data().asFloat();
    List<float[]> originals = new ArrayList<>();
    List<float[]> given = new ArrayList<>();
    double error = 0;
    double square = 0;
    for (int row = 0; row < rows.rows(); row++) {
      float[] original = rows.row(row);
      float[] copy =
          java.util.Arrays.copyOfRange(flat, row * rows.width(), (row + 1) * rows.width());
      for (int i = 0; i < original.length; i++) {
        error += Math.pow((double) original[i] - copy[i], 2);
        square += Math.pow(original[i], 2);
      }
      originals.add(original);
      given.add(copy);
    }
    String finding =
        String.format(
            Locale.ROOT,
            "Over %,d rows the squared error is %.4g a row, the relative error |x − r| / |x| %.3f.",
            rows.rows(),
            error / rows.rows(),
            square == 0 ? Double.NaN : Math.sqrt(error / square));
    boolean images = rows.image().isPresent();
    return new Picture(
        "reconstructions",
        "Originals and reconstructions",
        images
            ? "In each pair of lines: above the rows as they are, beneath what the network gives"
                + " back of them."
            : "In each pair of lines: above a row as it is, beneath what the network gives back of"
                + " it; inputs from left to right, dark is low.",
        List.of(finding),
        images
            ? tiles(originals, given, rows.image().get())
            : lines(originals, given));
  }

  /** {@code f(x W + b)} layer by layer. */
  private static INDArray decode(INDArray code, List<DenseShape> layers, StateVector parameters) {
    float[] flat = parameters.toFloats();
    INDArray at = code;
    int from = 0;
    for (DenseShape layer : layers) {
      int weights = layer.inputs() * layer.units();
      INDArray w =
          Nd4j.create(
              java.util.Arrays.copyOfRange(flat, from, from + weights),
              new long[] {layer.inputs(), layer.units()},
              'f');
      from += weights;
      INDArray b =
          Nd4j.createFromArray(java.util.Arrays.copyOfRange(flat, from, from + layer.units()));
      from += layer.units();
      INDArray sum = at.mmul(w).addiRowVector(b.reshape(1, layer.units()));
      at = Activation.fromString(layer.activation()).getActivationFunction().getActivation(sum, false);
    }
    return at;
  }

  private static Raster tiles(List<float[]> originals, List<float[]> given, ImageShape shape) {
    List<float[]> order = new ArrayList<>();
    int columns = Math.min(COLUMNS, originals.size());
    for (int band = 0; band < BANDS && (band + 1) * columns <= originals.size(); band++) {
      order.addAll(originals.subList(band * columns, (band + 1) * columns));
      order.addAll(given.subList(band * columns, (band + 1) * columns));
    }
    Range range = Range.of(originals);
    Tiles.Ink ink = (image, value) -> range.share(value);
    return new Tiles(shape, columns, WIDTH).paint(order, ink, false, BACKGROUND);
  }

  private static Raster lines(List<float[]> originals, List<float[]> given) {
    int shown = Math.min(MOST_LINES, originals.size());
    int inputs = Math.min(MOST_INPUTS, originals.get(0).length);
    int cell = Math.max(2, Math.min(16, WIDTH / inputs));
    Range range = Range.of(originals);
    Raster raster = new Raster(inputs * cell, shown * (2 * cell + 4));
    for (int row = 0; row < shown; row++) {
      for (int input = 0; input < inputs; input++) {
        int top = row * (2 * cell + 4);
        double original = range.share(originals.get(row)[input]);
        double copy = range.share(given.get(row)[input]);
        raster.fill(input * cell, top, cell, cell, ColourScale.grey(original));
        raster.fill(input * cell, top + cell, cell, cell, ColourScale.grey(copy));
      }
    }
    return raster;
  }

  /** What black and white stand for: 0 and 1 for values within, else the least and the greatest. */
  private record Range(double low, double high) {
    static Range of(List<float[]> rows) {
      double low = 0;
      double high = 1;
      for (float[] row : rows) {
        for (float value : row) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      return new Range(low, high);
    }

    double share(double value) {
      return (value - low) / (high - low);
    }
  }
}
