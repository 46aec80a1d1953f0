package dev.strata.driver.visualization;

import dev.strata.executor.preprocess.ImageShape;
import java.util.List;
import java.util.Optional;

/** Which rows of numbers are images, and of what shape. */
final class ShapeOfRows {
  /** Narrower rows are numbers, even where there is a square of them. */
  private static final int LEAST_SIDE = 8;

  /** Share of the difference of distant pixels above which neighbours are not alike. */
  private static final double ALIKE = 0.75;

  private ShapeOfRows() {}

  /**
   * The shape that rows say they have; else a square, where the pixels above each other in it are
   * alike, as they are in images and not in a table's columns.
   *
   * @param rowShape of one row
   * @param values some rows, one after the other
   */
  static Optional<ImageShape> of(List<Integer> rowShape, float[] values) {
    if (rowShape.size() == 2) {
      return Optional.of(new ImageShape(rowShape.get(0), rowShape.get(1), 1));
    }
    if (rowShape.size() == 3 && (rowShape.get(2) == 1 || rowShape.get(2) == 3)) {
      return Optional.of(new ImageShape(rowShape.get(0), rowShape.get(1), rowShape.get(2)));
    }
    if (rowShape.size() != 1) {
      return Optional.empty();
    }
    int side = (int) Math.round(Math.sqrt(rowShape.get(0)));
    boolean square = side >= LEAST_SIDE && side * side == rowShape.get(0);
    return square && alike(values, side)
        ? Optional.of(new ImageShape(side, side, 1))
        : Optional.empty();
  }

  private static boolean alike(float[] values, int side) {
    int length = side * side;
    int half = side / 2 * side + side / 2;
    double near = 0;
    double far = 0;
    for (int row = 0; row + length <= values.length; row += length) {
      for (int i = 0; i < length; i++) {
        float here = values[row + i];
        near += Math.abs(here - values[row + (i + side) % length]);
        far += Math.abs(here - values[row + (i + half) % length]);
      }
    }
    return far > 0 && near < ALIKE * far;
  }
}
