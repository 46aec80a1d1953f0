package dev.strata.executor.corruption;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.preprocess.ImageShape;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fixed views of an image: as it is, then moved by some pixels towards each of its four corners,
 * zeros coming in from outside; with flips, each of them mirrored too. Ten views are the ten crops
 * of Krizhevsky et al. (2012, section 4.1), for networks whose input is as large as the images.
 *
 * @param shape of the rows
 * @param pixels that views are moved, in both directions; 0: none is
 * @param flip whether left and right change places in as many views again
 */
public record ImageViews(ImageShape shape, int pixels, boolean flip) implements Serializable {
  private static final int[][] PLACES = {{0, 0}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}};

  /** Number of views. */
  public int count() {
    return (pixels > 0 ? PLACES.length : 1) * (flip ? 2 : 1);
  }

  /**
   * The mean of what a network gives for the views.
   *
   * @param rows {@code [b, rowShape…]}, float32
   * @param network views of the rows → outputs
   */
  public INDArray mean(INDArray rows, UnaryOperator<INDArray> network) {
    INDArray sum = null;
    for (int view = 0; view < count(); view++) {
      INDArray output = network.apply(of(rows, view));
      sum = sum == null ? output.dup('c') : sum.addi(output);
    }
    return sum.divi(count());
  }

  /**
   * One view of each row.
   *
   * @param rows {@code [b, rowShape…]}, float32
   * @param view from 0, which is the row itself, to {@link #count()} − 1
   * @return a new array of the same shape
   */
  public INDArray of(INDArray rows, int view) {
    INDArray seen = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows.shape());
    FloatBuffer source = FlatMemory.floats(rows);
    FloatBuffer target = FlatMemory.floats(seen);
    int[] place = PLACES[flip ? view / 2 : view];
    float[] row = new float[shape.length()];
    float[] moved = new float[shape.length()];
    for (int at = 0; at < rows.length(); at += row.length) {
      source.get(at, row);
      Crop.cut(row, moved, shape, place[0] * pixels, place[1] * pixels, 0);
      if (flip && view % 2 == 1) {
        Flip.flip(moved, shape);
      }
      target.put(at, moved);
    }
    return seen;
  }
}
