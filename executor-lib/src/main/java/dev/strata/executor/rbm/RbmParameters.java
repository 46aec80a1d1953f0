package dev.strata.executor.rbm;

import dev.strata.executor.kernels.Products;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.kernels.Sampling;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Parameters of n visible and m hidden units in one flat vector: W {@code [n, m]} in Fortran order,
 * b {@code [m]} of the hidden and c {@code [n]} of the visible units. Hidden units see {@code x = v
 * W + b}, visible ones {@code z = h W' + c}. Rows v and h are in C order.
 */
final class RbmParameters {
  private final int inputs;
  private final int units;
  private final INDArray flat;
  private final INDArray weights;
  private final INDArray hiddenBias;
  private final INDArray visibleBias;

  RbmParameters(int inputs, int units, DataType type) {
    this.inputs = inputs;
    this.units = units;
    flat = Nd4j.create(type, 1, bounds()[bounds().length - 1]);
    weights = part(0).reshape('f', inputs, units);
    hiddenBias = part(1);
    visibleBias = part(2);
  }

  private INDArray part(int index) {
    return flat.get(
        NDArrayIndex.all(), NDArrayIndex.interval(bounds()[index], bounds()[index + 1]));
  }

  /** Where W, b and c begin and end in the flat vector. */
  long[] bounds() {
    long product = (long) inputs * units;
    return new long[] {0, product, product + units, product + units + inputs};
  }

  /** Small normal weights; b such that hidden units start at the sparsity's target, if any. */
  void initialize(RbmSettings settings, long seed) {
    INDArray normals = Nd4j.create(flat.dataType(), units, inputs);
    Sampling.gaussian(normals, settings.deviation(), normals, new RandomNumbers(seed));
    weights.assign(normals.transpose());
    double target = settings.sparsity().target();
    hiddenBias.assign(settings.sparsity().active() ? StrictMath.log(target / (1 - target)) : 0.0);
    visibleBias.assign(0);
  }

  int inputs() {
    return inputs;
  }

  int units() {
    return units;
  }

  /** {@code [1, P]}. */
  INDArray flat() {
    return flat;
  }

  /** {@code [n, m]}. */
  INDArray weights() {
    return weights;
  }

  /** {@code [1, m]}. */
  INDArray hiddenBias() {
    return hiddenBias;
  }

  /** {@code [1, n]}. */
  INDArray visibleBias() {
    return visibleBias;
  }

  /** {@code into = v W}, without the bias. */
  void hiddenInput(INDArray visible, INDArray into) {
    Products.forward(visible, weights, into);
  }

  /** {@code into = h W'}, without the bias. */
  void visibleInput(INDArray hidden, INDArray into) {
    Products.back(hidden, weights, into);
  }

  /** A copy: W' {@code [m, n]} in Fortran order, then c. */
  INDArray decoder() {
    INDArray transpose = weights.transpose().dup('f').reshape('f', 1, weights.length());
    return Nd4j.hstack(transpose, visibleBias);
  }

  /** Rows of one of the two sides. */
  INDArray rows(INDArray reused, long count, int width) {
    if (reused != null && reused.size(0) == count && reused.size(1) == width) {
      return reused;
    }
    return Nd4j.createUninitialized(flat.dataType(), new long[] {count, width}, 'c');
  }
}
