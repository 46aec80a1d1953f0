package dev.strata.driver.visualization;

import dev.strata.driver.models.Decoder;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.preprocess.ImageShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

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
  static Picture of(Decoder decoder, INDArray code, SampleRows rows) {
    float[] flat = decode(code, decoder).data().asFloat();
    List<float[]> originals = new ArrayList<>();
    List<float[]> given = new ArrayList<>();
    double error = 0;
    double square = 0;
    for (int row = 0; row < rows.rows(); row++) {
      float[] original = rows.row(row);
      float[] copy = Arrays.copyOfRange(flat, row * rows.width(), (row + 1) * rows.width());
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
            "Over %,d rows, the squared error per row is %.4g and the relative error |x − r| / |x|"
                + " is %.3f.",
            rows.rows(),
            error / rows.rows(),
            square == 0 ? Double.NaN : Math.sqrt(error / square));
    boolean images = rows.image().isPresent();
    return new Picture(
        "reconstructions",
        "Originals and reconstructions",
        images
            ? "In each pair of lines: the original rows above, their reconstructions below."
            : "In each pair of lines: an original row above, its reconstruction below; inputs from"
                + " left to right, dark is low.",
        List.of(finding),
        images ? tiles(originals, given, rows.image().get()) : lines(originals, given));
  }

  private static INDArray decode(INDArray code, Decoder decoder) {
    Model model = decoder.network().newModel(decoder.parameters().toFloats());
    LayerActivations layers = new LayerActivations(model);
    return layers.compute(code, List.of(layers.names().size() - 1)).get(0);
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
