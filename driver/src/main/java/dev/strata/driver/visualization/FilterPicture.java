package dev.strata.driver.visualization;

import dev.strata.executor.layer.ResidualLayer;
import dev.strata.executor.preprocess.ImageShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What each unit of the first layer looks for: the weights that lead to it, a column of W {@code
 * [inputs, units]}, as an image; of rows that are no images as one line of a table.
 */
final class FilterPicture {
  private static final int MOST_FILTERS = 400;
  private static final int MOST_LINES = 64;
  private static final int MOST_INPUTS = 512;
  private static final int COLUMNS = 20;
  private static final int WIDTH = 1160;
  private static final int BACKGROUND = 0xDDE3EA;

  /** A unit whose weights are that small beside the median unit's sees next to nothing. */
  private static final double FAINT = 0.1;

  private FilterPicture() {}

  /**
   * Empty where the first layer with weights is not a dense one on the input itself, or is within a
   * residual block.
   *
   * @param names of the layers, bottom to top
   */
  static Optional<Picture> of(Model model, List<String> names, SampleRows rows) {
    for (int i = 0; i < names.size(); i++) {
      Layer layer = LayerSamples.layer(model, names, i);
      if (layer instanceof ResidualLayer) {
        return Optional.empty();
      }
      boolean weighted = layer != null && layer.paramTable() != null;
      INDArray weights = weighted ? layer.paramTable().get("W") : null;
      if (weights != null) {
        boolean dense = weights.rank() == 2 && weights.size(0) == rows.width();
        return dense ? Optional.of(picture(weights, names.get(i), rows)) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Picture picture(INDArray weights, String layerName, SampleRows rows) {
    int units = (int) weights.size(1);
    float[] all = weights.transpose().dup('c').data().asFloat();
    double[] norms = new double[units];
    for (int unit = 0; unit < units; unit++) {
      norms[unit] = norm(all, unit * rows.width(), rows.width());
    }
    boolean images = rows.image().isPresent();
    int shown = Math.min(units, images ? MOST_FILTERS : MOST_LINES);
    List<float[]> filters = new ArrayList<>();
    double[] strongest = new double[shown];
    for (int unit = 0; unit < shown; unit++) {
      float[] filter = Arrays.copyOfRange(all, unit * rows.width(), (unit + 1) * rows.width());
      filters.add(filter);
      for (float weight : filter) {
        strongest[unit] = Math.max(strongest[unit], Math.abs(weight));
      }
    }
    Tiles.Ink ink = (unit, weight) -> strongest[unit] == 0 ? 0 : weight / strongest[unit];
    return new Picture(
        "filters",
        "Learned filters of " + layerName,
        note(images, shown, units),
        findings(norms),
        images ? tiles(filters, rows.image().get(), ink) : lines(filters, ink));
  }

  private static Raster tiles(List<float[]> filters, ImageShape shape, Tiles.Ink ink) {
    int columns = Math.min(COLUMNS, filters.size());
    return new Tiles(shape, columns, WIDTH).paint(filters, ink, true, BACKGROUND);
  }

  /** Units downwards, inputs to the right. */
  private static Raster lines(List<float[]> filters, Tiles.Ink ink) {
    int inputs = Math.min(MOST_INPUTS, filters.get(0).length);
    int cell = Math.max(2, Math.min(16, WIDTH / inputs));
    Raster raster = new Raster(inputs * cell, filters.size() * cell);
    for (int unit = 0; unit < filters.size(); unit++) {
      for (int input = 0; input < inputs; input++) {
        int colour = ColourScale.signed(ink.shade(unit, filters.get(unit)[input]));
        raster.fill(input * cell, unit * cell, cell, cell, colour);
      }
    }
    return raster;
  }

  private static String note(boolean images, int shown, int units) {
    String which =
        shown < units
            ? String.format(Locale.ROOT, "the first %,d of %,d units", shown, units)
            : String.format(Locale.ROOT, "all %,d units", units);
    return images
        ? "Weights of "
            + which
            + ", one image per unit: orange is positive, blue negative, white 0; each image is"
            + " scaled by its largest weight."
        : "Weights of "
            + which
            + ", one line per unit, inputs from left to right: orange is positive, blue negative,"
            + " white 0; each line is scaled by its largest weight.";
  }

  private static List<String> findings(double[] norms) {
    double[] sorted = norms.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    long faint = Arrays.stream(norms).filter(norm -> norm < FAINT * median).count();
    return List.of(
        String.format(
            Locale.ROOT,
            "Norm of a unit's weights: median %.3g, minimum %.3g, maximum %.3g; %,d of %,d units"
                + " have less than a tenth of the median.",
            median,
            sorted[0],
            sorted[sorted.length - 1],
            faint,
            norms.length));
  }

  private static double norm(float[] values, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }
}
