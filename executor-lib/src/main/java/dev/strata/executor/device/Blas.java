package dev.strata.executor.device;

import static java.lang.ref.Reference.reachabilityFence;
import static org.bytedeco.openblas.global.openblas.CblasColMajor;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasTrans;

import dev.strata.executor.failure.StrataException;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Products of matrices by OpenBLAS, called directly on the arrays' memory. ND4J's own call goes
 * through a custom operation, which costs 10 to 40 % more at the sizes of a minibatch.
 */
public final class Blas {
  /** Sizes of the matrices of {@link #check}: none is a multiple of a vector register. */
  private static final int ROWS = 7;

  private static final int INNER = 11;
  private static final int COLUMNS = 5;

  private Blas() {}

  /**
   * A matrix in Fortran order in an array's memory.
   *
   * @param array whose elements lie one after the other, from the first of the matrix on
   * @param lead elements between the beginnings of two columns
   * @param transposed whether the matrix is the transpose of what lies there
   * @param offset of the matrix's first element in the array
   */
  public record Factor(INDArray array, long lead, boolean transposed, long offset) {
    /** From the array's first element on. */
    public Factor(INDArray array, long lead, boolean transposed) {
      this(array, lead, transposed, 0);
    }

    private int order() {
      return transposed ? CblasTrans : CblasNoTrans;
    }
  }

  /**
   * {@code into = alpha left right + beta into}, {@code [m, k]} and {@code [k, n]} to {@code [m,
   * n]}, all of one type, float32 or float64.
   *
   * @param into in Fortran order, its columns one after the other
   */
  public static void multiply(
      long m, long n, long k, double alpha, Factor left, Factor right, double beta, INDArray into) {
    if (into.dataType() == DataType.FLOAT) {
      openblas.cblas_sgemm(
          CblasColMajor,
          left.order(),
          right.order(),
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
          left.order(),
          right.order(),
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

  private static FloatPointer floats(INDArray array, long offset) {
    return new FloatPointer(HostMemory.of(array)).position(offset);
  }

  private static DoublePointer doubles(INDArray array, long offset) {
    return new DoublePointer(HostMemory.of(array)).position(offset);
  }

  /**
   * Multiplies small matrices in both types and compares with a loop in Java.
   *
   * @throws StrataException (cluster) where the library computes something else on this machine
   */
  static void check() {
    float[] left = numbers(ROWS * INNER);
    float[] right = numbers(INNER * COLUMNS);
    for (boolean transposed : new boolean[] {false, true}) {
      int order = transposed ? CblasTrans : CblasNoTrans;
      int leftLead = transposed ? INNER : ROWS;
      int rightLead = transposed ? COLUMNS : INNER;
      float[] single = new float[ROWS * COLUMNS];
      openblas.cblas_sgemm(
          CblasColMajor,
          order,
          order,
          ROWS,
          COLUMNS,
          INNER,
          1,
          left,
          leftLead,
          right,
          rightLead,
          0,
          single,
          ROWS);
      double[] twice = new double[ROWS * COLUMNS];
      openblas.cblas_dgemm(
          CblasColMajor,
          order,
          order,
          ROWS,
          COLUMNS,
          INNER,
          1,
          widened(left),
          leftLead,
          widened(right),
          rightLead,
          0,
          twice,
          ROWS);
      for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          double sum = 0;
          for (int k = 0; k < INNER; k++) {
            double a = left[transposed ? k + i * leftLead : i + k * leftLead];
            double b = right[transposed ? j + k * rightLead : k + j * rightLead];
            sum += a * b;
          }
          require(sum, single[i + j * ROWS], 1e-5);
          require(sum, twice[i + j * ROWS], 1e-12);
        }
      }
    }
  }

  /** Numbers in (-1, 1). */
  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i * 37 % 101 - 50) / 51f;
    }
    return numbers;
  }

  private static double[] widened(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }

  static void require(double expected, double found, double tolerance) {
    if (!(Math.abs(found - expected) <= tolerance)) {
      throw StrataException.cluster("OpenBLAS multiplies matrices wrongly on this machine")
          .found(found + ", where a loop in Java gives " + expected)
          .expected(
              "another kernel: set the environment variable OPENBLAS_CORETYPE of driver and"
                  + " executors, for example to Haswell")
          .build();
    }
  }
}
