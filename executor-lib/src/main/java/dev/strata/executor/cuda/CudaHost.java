package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What NVIDIA's driver says of this host.
 *
 * @param driver newest CUDA version that it runs: 1000 · major + 10 · minor
 * @param gpus by CUDA's number
 */
public record CudaHost(int driver, List<Gpu> gpus) {
  private static final int NO_DEVICE = 100;
  private static final int NAME_LENGTH = 256;
  private static final int UUID_LENGTH = 16;

  /**
   * @param major and minor: its compute capability
   * @param uuid {@code GPU-…}
   */
  public record Gpu(String name, int major, int minor, String uuid) {}

  /** Asks the driver once. */
  private static final class Asked {
    static final Answer ANSWER = ask();

    private static Answer ask() {
      try {
        return new Answer(askDriver(), null);
      } catch (UnfitDeviceException e) {
        return new Answer(null, e);
      }
    }
  }

  private record Answer(CudaHost host, UnfitDeviceException failure) {}

  /**
   * @throws UnfitDeviceException if there is no driver, or it does not answer
   */
  public static CudaHost read() throws UnfitDeviceException {
    Answer answer = Asked.ANSWER;
    if (answer.failure() != null) {
      throw answer.failure();
    }
    return answer.host();
  }

  /** CUDA's number of the device that Spark's address means, in this process's environment. */
  public int indexOf(String address) throws UnfitDeviceException {
    return CudaIndex.ofEnvironment(gpus.stream().map(Gpu::uuid).toList()).of(address);
  }

  private static CudaHost askDriver() throws UnfitDeviceException {
    try {
      DriverLibrary.load();
    } catch (LinkageError e) {
      throw new UnfitDeviceException(
          "no NVIDIA driver of CUDA 11.4 or later: " + Cuda.reason(e),
          "an NVIDIA driver on the executor's host");
    }
    int begun = DriverLibrary.cuInit(0);
    if (begun == NO_DEVICE) {
      return new CudaHost(version(), List.of());
    }
    check(begun);
    int[] count = {0};
    check(DriverLibrary.cuDeviceGetCount(count));
    List<Gpu> gpus = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      gpus.add(gpu(i));
    }
    return new CudaHost(version(), gpus);
  }

  private static int version() throws UnfitDeviceException {
    int[] version = {0};
    check(DriverLibrary.cuDriverGetVersion(version));
    return version[0];
  }

  private static Gpu gpu(int index) throws UnfitDeviceException {
    int[] device = {0};
    check(DriverLibrary.cuDeviceGet(device, index));
    byte[] name = new byte[NAME_LENGTH];
    check(DriverLibrary.cuDeviceGetName(name, name.length, device[0]));
    byte[] uuid = new byte[UUID_LENGTH];
    check(DriverLibrary.cuDeviceGetUuid_v2(uuid, device[0]));
    return new Gpu(
        new String(name, StandardCharsets.UTF_8).replaceFirst("\0.*", "").strip(),
        attribute(DriverLibrary.COMPUTE_CAPABILITY_MAJOR, device[0]),
        attribute(DriverLibrary.COMPUTE_CAPABILITY_MINOR, device[0]),
        uuid(uuid));
  }

  private static int attribute(int attribute, int device) throws UnfitDeviceException {
    int[] value = {0};
    check(DriverLibrary.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
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

  private static void check(int answer) throws UnfitDeviceException {
    if (answer != 0) {
      throw new UnfitDeviceException(
          "CUDA answers: " + Cuda.words(answer),
          "a GPU and an NVIDIA driver that nvidia-smi shows on the executor's host");
    }
  }
}
