package dev.strata.executor.shard;

import java.util.Optional;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows as a learner takes them, in arrays that the reader reuses: valid until the next minibatch is
 * read.
 *
 * @param rows number of rows b, at least 1
 * @param inputs one array an input, {@code [b, rowShape…]}
 * @param labels one array an output, {@code [b, classes]} (one-hot) or {@code [b, width]}; empty
 *     when unlabelled
 * @param masks one array an input or empty
 * @param labelMasks one array an output or empty
 * @param weights {@code [b, 1]}: multiplies each row's loss; absent where all are 1
 * @param rowNumbers which rows these are, in {@code [0, rows of the manifest)}, counted through the
 *     blocks as they are stored: what random numbers of a row are drawn by
 */
public record Minibatch(
    int rows,
    INDArray[] inputs,
    INDArray[] labels,
    INDArray[] masks,
    INDArray[] labelMasks,
    Optional<INDArray> weights,
    long[] rowNumbers) {
  private static final INDArray[] NONE = {};

  /** Labels without masks. */
  public Minibatch(
      int rows,
      INDArray[] inputs,
      INDArray[] labels,
      INDArray[] masks,
      Optional<INDArray> weights,
      long[] rowNumbers) {
    this(rows, inputs, labels, masks, NONE, weights, rowNumbers);
  }

  /** Rows that come from no ShardSet, numbered from 0. */
  public Minibatch(
      int rows,
      INDArray[] inputs,
      INDArray[] labels,
      INDArray[] masks,
      Optional<INDArray> weights) {
    this(rows, inputs, labels, masks, weights, LongStream.range(0, rows).toArray());
  }

  /** The same rows with other inputs. */
  public Minibatch withInputs(INDArray... others) {
    return new Minibatch(rows, others, labels, masks, labelMasks, weights, rowNumbers);
  }
}
