package dev.strata.executor.device;

import dev.strata.executor.device.Blas.Factor;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The product of two matrices as one library computes it, on one thread. */
interface Gemm {
  /** The library with its version and kernels, such as "oneDNN 1.6.0 avx2"; of provenance. */
  String name();

  /**
   * {@code into = alpha left right + beta into}, as {@link Blas#multiply} says. With a beta of 0
   * nothing of what stood in {@code into} is read.
   */
  void multiply(
      long m, long n, long k, double alpha, Factor left, Factor right, double beta, INDArray into);
}
