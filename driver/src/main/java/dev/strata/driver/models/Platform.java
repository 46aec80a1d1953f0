package dev.strata.driver.models;

import dev.strata.executor.device.Blas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Platform of a run, on which the bytes of a result depend besides configuration and data.
 *
 * @param backend ND4J's, such as CpuBackend
 * @param classifier of its native library, such as linux-x86_64
 * @param cpuKernel the libraries of products with their versions and, for each, the widest vector
 *     instructions, after which it chooses its kernels, or the kernel that the environment variable
 *     OPENBLAS_CORETYPE forces; of two, the first computes the float32 products of Strata's own
 *     steps
 * @param jdk version of the Java runtime
 * @param spark its version
 */
public record Platform(
    String backend, String classifier, String cpuKernel, String jdk, String spark) {
  private static final List<String> KERNELS = List.of("avx512f", "avx2", "avx", "asimd");

  /** The driver's own. */
  public static Platform here() {
    return new Platform(
        Nd4j.getBackend().getClass().getSimpleName(),
        Loader.Detector.getPlatform(),
        libraries(),
        Runtime.version().toString(),
        org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }

  private static String libraries() {
    String openBlas = "OpenBLAS " + BuildInfo.read().openblas() + " " + widestKernel();
    String ofFloats = Blas.library();
    return ofFloats.equals("OpenBLAS") ? openBlas : ofFloats + ", " + openBlas;
  }

  private static String widestKernel() {
    String forced = System.getenv("OPENBLAS_CORETYPE");
    if (forced != null && !forced.isBlank()) {
      return forced;
    }
    String flags = "";
    try {
      flags = Files.readString(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      // Not Linux: the architecture alone is told.
    }
    for (String kernel : KERNELS) {
      if (flags.contains(" " + kernel + " ")) {
        return kernel;
      }
    }
    return System.getProperty("os.arch");
  }
}
