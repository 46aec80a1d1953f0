package dev.strata.executor.device;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What ND4J's CUDA backend can run on: nd4j-cuda-11.6 1.0.0-M2.1 holds machine code for these
 * compute capabilities and no PTX that a driver could translate for others (read from the 228 fat
 * binaries of its libnd4jcuda.so). Machine code of X.y runs on X.z with z ≥ y.
 */
final class CudaSupport {
  /** Of CUDA 11, with which 11.6 runs on older drivers too: 450.80.02. */
  private static final int OLDEST_DRIVER = 11_000;

  private static final Set<Integer> CODE = Set.of(37, 50, 52, 60, 61, 70, 75, 80, 86);
  private static final TreeMap<Integer, String> NAMES = new TreeMap<>();

  static {
    NAMES.put(30, "Kepler");
    NAMES.put(50, "Maxwell");
    NAMES.put(60, "Pascal");
    NAMES.put(70, "Volta");
    NAMES.put(75, "Turing");
    NAMES.put(80, "Ampere");
    NAMES.put(89, "Ada");
    NAMES.put(90, "Hopper");
    NAMES.put(100, "Blackwell");
  }

  private CudaSupport() {}

  /**
   * @param driver newest CUDA version that the driver runs: 1000 · major + 10 · minor
   */
  static void requireDriver(int driver) throws UnfitDeviceException {
    if (driver < OLDEST_DRIVER) {
      throw new UnfitDeviceException(
          driver == 0
              ? "no NVIDIA driver"
              : "an NVIDIA driver for CUDA %d.%d".formatted(driver / 1000, driver % 1000 / 10),
          "an NVIDIA driver for CUDA 11.6 or newer");
    }
  }

  /**
   * @param name of the GPU, for the message
   * @param major and minor: its compute capability
   */
  static void requireCode(String name, int major, int minor) throws UnfitDeviceException {
    boolean runs = CODE.stream().anyMatch(code -> code / 10 == major && code % 10 <= minor);
    if (!runs) {
      throw new UnfitDeviceException(
          String.format(
              Locale.ROOT,
              "%s (%scompute capability %d.%d)",
              name,
              generation(major, minor).map(g -> g + ", ").orElse(""),
              major,
              minor),
          "a GPU of compute capability 3.7 or 5.0 to 8.9: the CUDA backend of ND4J 1.0.0-M2.1 has"
              + " no code for Hopper and later");
    }
  }

  private static Optional<String> generation(int major, int minor) {
    return Optional.ofNullable(NAMES.floorEntry(10 * major + minor))
        .map(java.util.Map.Entry::getValue);
  }
}
