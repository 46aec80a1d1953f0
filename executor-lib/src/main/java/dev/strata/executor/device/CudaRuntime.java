package dev.strata.executor.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.cuda.cudart.CUuuid_st;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.cudart.cudaUUID_t;
import org.bytedeco.cuda.global.cudart;

/**
 * What CUDA's runtime says of this host. Only where the CUDA backend's classes are there.
 *
 * @param driver newest CUDA version that the driver runs: 1000 · major + 10 · minor; 0 without one
 * @param gpus by CUDA's number
 */
record CudaRuntime(int driver, List<Gpu> gpus) {
  /**
   * @param uuid {@code GPU-…}
   */
  record Gpu(String name, int major, int minor, String uuid) {}

  private static CudaRuntime known;
  private static UnfitDeviceException failure;

  /**
   * Asks CUDA once: a second failure to load its libraries would tell no reason.
   *
   * @throws UnfitDeviceException if CUDA's libraries are not there or do not answer
   */
  static synchronized CudaRuntime read() throws UnfitDeviceException {
    if (failure != null) {
      throw failure;
    }
    try {
      known = known == null ? asked() : known;
      return known;
    } catch (UnfitDeviceException e) {
      failure = e;
      throw e;
    }
  }

  private static CudaRuntime asked() throws UnfitDeviceException {
    try {
      int[] driver = {0};
      check(cudart.cudaDriverGetVersion(driver));
      CudaSupport.requireDriver(driver[0]);
      int[] count = {0};
      check(cudart.cudaGetDeviceCount(count));
      List<Gpu> gpus = new ArrayList<>();
      for (int i = 0; i < count[0]; i++) {
        gpus.add(gpu(i));
      }
      return new CudaRuntime(driver[0], gpus);
    } catch (LinkageError e) {
      throw new UnfitDeviceException(
          "CUDA's libraries cannot be loaded: "
              + String.valueOf(e.getMessage()).replaceFirst(" in java\\.library\\.path.*", ""),
          "the CUDA 11.6 toolkit on the executor's host, on LD_LIBRARY_PATH");
    }
  }

  List<String> uuids() {
    return gpus.stream().map(Gpu::uuid).toList();
  }

  private static Gpu gpu(int index) throws UnfitDeviceException {
    try (cudaDeviceProp properties = new cudaDeviceProp()) {
      check(cudart.cudaGetDeviceProperties(properties, index));
      return new Gpu(
          properties.name().getString(),
          properties.major(),
          properties.minor(),
          uuid(properties.uuid()));
    }
  }

  private static String uuid(cudaUUID_t uuid) {
    byte[] bytes = new byte[16];
    // The same structure, by the name that shows its bytes.
    CUuuid_st content = new CUuuid_st(uuid);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = content.bytes(i);
    }
    return uuid(bytes);
  }

  /** As nvidia-smi writes it. */
  static String uuid(byte[] bytes) {
    StringBuilder text = new StringBuilder("GPU-");
    for (int i = 0; i < bytes.length; i++) {
      text.append(String.format(Locale.ROOT, "%02x", bytes[i]));
      if (i == 3 || i == 5 || i == 7 || i == 9) {
        text.append('-');
      }
    }
    return text.toString();
  }

  private static void check(int error) throws UnfitDeviceException {
    if (error != cudart.cudaSuccess) {
      throw new UnfitDeviceException(
          "CUDA answers: " + cudart.cudaGetErrorString(error).getString(),
          "a GPU and an NVIDIA driver that nvidia-smi shows on the executor's host");
    }
  }
}
