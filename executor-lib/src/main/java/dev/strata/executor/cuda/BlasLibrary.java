package dev.strata.executor.cuda;

/** cuBLAS by its own names. Every function answers 0 for success. {@link CudaToolkit} loads it. */
final class BlasLibrary {
  static final int PLAIN = 0;
  static final int TRANSPOSED = 1;

  private BlasLibrary() {}

  static native int cublasCreate_v2(long[] handle);

  static native int cublasDestroy_v2(long handle);

  static native int cublasSetStream_v2(long handle, long stream);

  static native int cublasSetWorkspace_v2(long handle, long address, long bytes);

  static native int cublasSgemm_v2(
      long handle,
      int left,
      int right,
      int m,
      int n,
      int k,
      long alpha,
      long a,
      int leadA,
      long b,
      int leadB,
      long beta,
      long c,
      int leadC);
}
