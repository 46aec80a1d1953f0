package dev.strata.executor.device;

import dev.strata.executor.failure.StrataException;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * One native thread a task, for BLAS and for ND4J's own operations. More are slower on the matrices
 * of a minibatch, all the more where other tasks want the same cores (OpenMP's threads wait
 * spinning), and with one thread the order of additions, and so every bit of a result, is the same
 * whatever the machine's number of cores.
 */
public final class BlasThreads {
  private static boolean single;

  private BlasThreads() {}

  /**
   * Makes the JVM's BLAS single-threaded, and ND4J's operations called by this thread; call in each
   * thread that trains, before its first matrix product.
   *
   * @throws IllegalStateException where the library does not obey
   * @throws StrataException (cluster) where it multiplies matrices wrongly
   */
  public static synchronized void single() {
    // Loads ND4J's backend, which would otherwise set its own number of threads afterwards.
    Nd4j.getBackend();
    // OpenMP keeps this number for each calling thread.
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    if (single) {
      return;
    }
    ReachableOperations.install();
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    openblas.blas_set_num_threads(1);
    int threads = openblas.blas_get_num_threads();
    if (threads != 1) {
      throw new IllegalStateException("BLAS uses " + threads + " threads instead of 1");
    }
    Blas.check();
    single = true;
  }
}
