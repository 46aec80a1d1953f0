package dev.strata.executor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.executor.accelerator.UnfitDeviceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GPUs and drivers that ND4J's CUDA backend runs on. */
class CudaSupportTest {
  @ParameterizedTest
  @CsvSource({
    "Tesla K80, 3, 7",
    "Tesla M60, 5, 2",
    "Jetson TX1, 5, 3",
    "Tesla P100, 6, 0",
    "Tesla P4, 6, 1",
    "Tesla V100, 7, 0",
    "Jetson Xavier, 7, 2",
    "T4, 7, 5",
    "A100, 8, 0",
    "A10, 8, 6",
    "L4, 8, 9"
  })
  void runOn(String name, int major, int minor) {
    assertThatCode(() -> CudaSupport.requireCode(name, major, minor)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3, 9, 0, Hopper",
    "NVIDIA H200, 9, 0, Hopper",
    "NVIDIA B200, 10, 0, Blackwell",
    "NVIDIA GeForce RTX 5090, 12, 0, Blackwell",
    "Tesla K40m, 3, 5, Kepler"
  })
  void haveNoCodeFor(String name, int major, int minor, String generation) {
    UnfitDeviceException unfit =
        catchThrowableOfType(
            UnfitDeviceException.class, () -> CudaSupport.requireCode(name, major, minor));

    assertThat(unfit.found())
        .isEqualTo(name + " (" + generation + ", compute capability " + major + "." + minor + ")");
    assertThat(unfit.expected()).contains("ND4J 1.0.0-M2.1 has no code for Hopper and later");
  }

  @Test
  void needADriverForCuda11() {
    for (int driver : new int[] {11_000, 11_060, 12_040, 13_000}) {
      assertThatCode(() -> CudaSupport.requireDriver(driver)).doesNotThrowAnyException();
    }
    assertThat(old(10_020).found()).isEqualTo("an NVIDIA driver for CUDA 10.2");
    assertThat(old(0).found()).isEqualTo("no NVIDIA driver");
  }

  private static UnfitDeviceException old(int driver) {
    return catchThrowableOfType(
        UnfitDeviceException.class, () -> CudaSupport.requireDriver(driver));
  }
}
