package dev.strata.executor.device;

import static java.lang.ref.Reference.reachabilityFence;
import static org.bytedeco.openblas.global.openblas.CblasColMajor;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasTrans;

import dev.strata.executor.device.Blas.Factor;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * OpenBLAS, which ND4J brings, called directly on the arrays' memory. ND4J's own call goes through
 * a custom operation, which costs 10 to 40 % more at the sizes of a minibatch.
 */
final class OpenBlas implements Gemm {
  @Override
  public String name() {
    return "OpenBLAS";
  }

  @Override
  public void multiply(
      long m, long n, long k, double alpha, Factor left, Factor right, double beta, INDArray into) {
    if (into.dataType() == DataType.FLOAT) {
      openblas.cblas_sgemm(
          CblasColMajor,
          order(left),
          order(right),
          (int) m,
          (int) n,
          (int) k,
          (float) alpha,
          floats(left.array(), left.offset()),
          (int) left.lead(),
          floats(right.array(), right.offset()),
          (int) right.lead(),
          (float) beta,
          floats(into, 0),
          (int) m);
    } else {
      openblas.cblas_dgemm(
          CblasColMajor,
          order(left),
          order(right),
          (int) m,
          (int) n,
          (int) k,
          alpha,
          doubles(left.array(), left.offset()),
          (int) left.lead(),
          doubles(right.array(), right.offset()),
          (int) right.lead(),
          beta,
          doubles(into, 0),
          (int) m);
    }
    reachabilityFence(left);
    reachabilityFence(right);
    reachabilityFence(into);
  }

  private static int order(Factor factor) {
    return factor.transposed() ? CblasTrans : CblasNoTrans;
  }

  private static FloatPointer floats(INDArray array, long offset) {
    return new FloatPointer(HostMemory.of(array)).position(offset);
  }

  private static DoublePointer doubles(INDArray array, long offset) {
    return new DoublePointer(HostMemory.of(array)).position(offset);
  }
}
