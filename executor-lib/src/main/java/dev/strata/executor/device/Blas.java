package dev.strata.executor.device;

import dev.strata.executor.failure.StrataException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Products of matrices by direct calls of the fastest library that this JVM has, on the arrays' own
 * memory: float32 by oneDNN where it can be loaded and multiplies correctly, everything else by
 * OpenBLAS. {@code -Dstrata.products=openblas} keeps to OpenBLAS.
 */
public final class Blas {
  /** Which library computes float32 products: {@code onednn} (default) or {@code openblas}. */
  public static final String PROPERTY = "strata.products";

  private static final Logger LOG = LoggerFactory.getLogger(Blas.class);

  /** Sizes of the matrices of {@link #check}: none is a multiple of a vector register. */
  private static final int ROWS = 7;

  private static final int INNER = 11;
  private static final int COLUMNS = 5;

  private Blas() {}

  /** Chosen once, when the first product is computed. */
  private static final class Libraries {
    static final Gemm DOUBLE = new OpenBlas();
    static final Gemm FLOAT = fastest();

    private static Gemm fastest() {
      String asked = System.getProperty(PROPERTY, "onednn");
      if (asked.equals("openblas")) {
        return DOUBLE;
      }
      if (!asked.equals("onednn")) {
        LOG.warn("{} = {}: expected onednn or openblas; onednn is taken", PROPERTY, asked);
      }
      return OneDnn.load(DOUBLE).filter(Libraries::multiplies).orElse(DOUBLE);
    }

    private static boolean multiplies(Gemm found) {
      try {
        check(found, DataType.FLOAT);
        return true;
      } catch (StrataException | IllegalStateException e) {
        LOG.warn("OpenBLAS computes all products instead of {}: {}", found.name(), e.toString());
        return false;
      }
    }
  }

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
  }

  /**
   * {@code into = alpha left right + beta into}, {@code [m, k]} and {@code [k, n]} to {@code [m,
   * n]}, all of one type, float32 or float64.
   *
   * @param into in Fortran order, its columns one after the other; not read if beta is 0
   */
  public static void multiply(
      long m, long n, long k, double alpha, Factor left, Factor right, double beta, INDArray into) {
    of(into.dataType()).multiply(m, n, k, alpha, left, right, beta, into);
  }

  /**
   * The library that computes float32 products in this JVM: "OpenBLAS", or another one with its
   * version and vector instructions, such as "oneDNN 1.6.0 avx2".
   */
  public static String library() {
    return Libraries.FLOAT.name();
  }

  private static Gemm of(DataType type) {
    return type == DataType.FLOAT ? Libraries.FLOAT : Libraries.DOUBLE;
  }

  /**
   * Multiplies small matrices in both types and compares with a loop in Java.
   *
   * @throws StrataException (cluster) where the library computes something else on this machine
   */
  static void check() {
    check(of(DataType.FLOAT), DataType.FLOAT);
    check(of(DataType.DOUBLE), DataType.DOUBLE);
  }

  static void check(Gemm gemm, DataType type) {
    double tolerance = type == DataType.FLOAT ? 1e-5 : 1e-12;
    INDArray left = numbers(ROWS * INNER).castTo(type);
    INDArray right = numbers(INNER * COLUMNS).castTo(type);
    for (boolean transposed : new boolean[] {false, true}) {
      int leftLead = transposed ? INNER : ROWS;
      int rightLead = transposed ? COLUMNS : INNER;
      INDArray into = Nd4j.valueArrayOf(new long[] {ROWS * COLUMNS}, Double.NaN, type);
      gemm.multiply(
          ROWS,
          COLUMNS,
          INNER,
          1,
          new Factor(left, leftLead, transposed),
          new Factor(right, rightLead, transposed),
          0,
          into);
      for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          double sum = 0;
          for (int k = 0; k < INNER; k++) {
            double a = left.getDouble(transposed ? k + i * leftLead : i + k * leftLead);
            double b = right.getDouble(transposed ? j + k * rightLead : k + j * rightLead);
            sum += a * b;
          }
          require(gemm.name(), sum, into.getDouble(i + j * ROWS), tolerance);
        }
      }
    }
  }

  /** Numbers in (-1, 1), of float32. */
  private static INDArray numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i * 37 % 101 - 50) / 51f;
    }
    return Nd4j.createFromArray(numbers);
  }

  static void require(String library, double expected, double found, double tolerance) {
    if (!(Math.abs(found - expected) <= tolerance)) {
      throw StrataException.cluster(library + " multiplies matrices wrongly on this machine")
          .found(found + ", where a loop in Java gives " + expected)
          .expected(
              "another kernel: set the environment variable OPENBLAS_CORETYPE of driver and"
                  + " executors, for example to Haswell")
          .build();
    }
  }
}
