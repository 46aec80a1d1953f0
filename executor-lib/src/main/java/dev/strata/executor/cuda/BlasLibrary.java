package dev.strata.executor.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;

/** cuBLAS by its own names. Every function answers 0 for success. */
final class BlasLibrary {
  /** Of CUDA 13, 12 and 11. */
  static final List<String> NAMES =
      List.of("libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so");

  static final int PLAIN = 0;
  static final int TRANSPOSED = 1;

  private BlasLibrary() {}

  /**
   * Loads the library, once.
   *
   * @throws UnsatisfiedLinkError if the host has none
   */
  static void load() {
    Loaded.once();
  }

  private static final class Loaded {
    private static final NativeLibrary LIBRARY = NativeLibraries.open(NAMES);

    static {
      Native.register(BlasLibrary.class, LIBRARY);
    }

    static void once() {}
  }

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
