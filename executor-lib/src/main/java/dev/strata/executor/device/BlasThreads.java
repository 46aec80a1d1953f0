package dev.strata.executor.device;

import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One BLAS thread a task. Two BLAS threads in one process are slower than one on the matrices of a minibatch, and with
 * one thread the order of additions, and so every bit of a result, is the same whatever the machine's number of cores.
 */
public final class BlasThreads {
  private static boolean single;

  private BlasThreads() {}

  /**
   * Makes the JVM's BLAS single-threaded; call before the first matrix product.
   *
   * @throws IllegalStateException where the library does not obey
   */
  public static synchronized void single() {
    if (single) {
      return;
    }
    // Loads ND4J's backend, which would otherwise set its own number of threads afterwards.
    Nd4j.getBackend();
    openblas.blas_set_num_threads(1);
    int threads = openblas.blas_get_num_threads();
    if (threads != 1) {
      throw new IllegalStateException("BLAS uses " + threads + " threads instead of 1");
    }
    single = true;
  }
}
