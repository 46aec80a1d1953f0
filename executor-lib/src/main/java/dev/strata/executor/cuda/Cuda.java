package dev.strata.executor.cuda;

import com.sun.jna.Pointer;
import dev.strata.executor.failure.StrataException;
import java.util.List;
import java.util.Map;

/** What answers of CUDA's functions mean. */
final class Cuda {
  private static final int BLAS_OUT_OF_MEMORY = 3;
  private static final Map<Integer, String> BLAS_WORDS =
      Map.of(
          1,
          ", not initialized",
          BLAS_OUT_OF_MEMORY,
          ", no memory",
          7,
          ", invalid value",
          8,
          ", no such architecture",
          13,
          ", execution failed",
          14,
          ", internal error",
          15,
          ", not supported");
  private static final String NO_ERRORS =
      "a GPU without errors: see nvidia-smi and the kernel's log on the executor's host";

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

  /**
   * @param what the call was for
   * @throws StrataException (cluster) unless cuBLAS's answer is 0
   */
  static void checkBlas(int status, String what) {
    if (status != 0) {
      throw StrataException.cluster("the GPU failed while " + what)
          .found("cuBLAS status " + status + BLAS_WORDS.getOrDefault(status, ""))
          .expected(
              status == 1 || status == BLAS_OUT_OF_MEMORY
                  ? "memory free on the GPU (fewer tasks on it), and a driver no older than cuBLAS"
                  : NO_ERRORS)
          .build();
    }
  }

  /** Why a library or a function of it is not there, in the linker's words. */
  static String reason(LinkageError error) {
    List<String> lines = String.valueOf(error.getMessage()).lines().toList();
    // JNA's own line names the library, those after the linker's the whole class path.
    return lines.get(lines.size() > 1 ? 1 : 0);
  }

  /** The driver's words for an error of its own. */
  static String words(int error) {
    long[] text = {0};
    boolean known = DriverLibrary.cuGetErrorString(error, text) == 0 && text[0] != 0;
    return known ? new Pointer(text[0]).getString(0) : "unknown";
  }
}
