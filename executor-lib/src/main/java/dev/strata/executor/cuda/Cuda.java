package dev.strata.executor.cuda;

import com.sun.jna.Pointer;
import dev.strata.executor.failure.StrataException;

/** What answers of CUDA's functions mean. */
final class Cuda {
  private Cuda() {}

  /**
   * @param what the call was for, such as {@code copying to the GPU}
   * @throws StrataException (cluster) unless the answer is 0
   */
  static void check(int answer, String what) {
    if (answer == 0) {
      return;
    }
    StrataException.Builder failure = StrataException.cluster("the GPU failed while " + what);
    if (answer == DriverLibrary.OUT_OF_MEMORY) {
      throw failure
          .found("no more memory on the GPU")
          .expected("fewer tasks on one GPU (spark.task.resource.gpu.amount), or a smaller batch")
          .build();
    }
    throw failure
        .found("CUDA error " + answer + ": " + words(answer))
        .expected(
            "a GPU without errors: see nvidia-smi and the kernel's log on the executor's host")
        .build();
  }

  /** The driver's words for an error of its own. */
  static String words(int error) {
    long[] text = {0};
    boolean known = DriverLibrary.cuGetErrorString(error, text) == 0 && text[0] != 0;
    return known ? new Pointer(text[0]).getString(0) : "unknown";
  }
}
