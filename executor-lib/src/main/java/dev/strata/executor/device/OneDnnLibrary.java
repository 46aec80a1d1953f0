package dev.strata.executor.device;

import com.sun.jna.Pointer;

/** oneDNN, and OpenMP below it, by their own names. {@link OneDnn} loads them. */
final class OneDnnLibrary {
  private OneDnnLibrary() {}

  /**
   * {@code C = alpha op(A) op(B) + beta C} of matrices in C order.
   *
   * @param transA 'N' or 'T'
   * @param m rows of C
   * @param n columns of C
   * @param a address of the first element
   * @param leadA elements between the beginnings of two rows
   * @return 0 for success
   */
  static native int dnnl_sgemm(
      byte transA,
      byte transB,
      long m,
      long n,
      long k,
      float alpha,
      long a,
      long leadA,
      long b,
      long leadB,
      float beta,
      long c,
      long leadC);

  /** Major, minor and patch version, three ints. */
  static native Pointer dnnl_version();

  /** Bits of the vector instructions for which it writes kernels. */
  static native int dnnl_get_effective_cpu_isa();

  /** Threads of the parallel regions that the calling thread begins. */
  static native void omp_set_num_threads(int threads);

  static native int omp_get_max_threads();
}
