package dev.strata.executor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.AcceleratorPort;
import dev.strata.executor.accelerator.HostAccelerator;
import dev.strata.executor.accelerator.UnfitDeviceException;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Nd4jBackend;

/** What becomes of an address that Spark gave a task. */
class TaskDeviceTest {
  /** Takes every address. */
  private static final class Gpus implements DevicePort {
    private final List<String> bound = new ArrayList<>();

    @Override
    public Device bind(String address) {
      bound.add(address);
      return new Device(address, Device.Backend.CUDA);
    }

    @Override
    public void check(String address) {}
  }

  @Test
  void aTaskWithoutAnAddressTakesNoGpu() {
    Gpus gpus = new Gpus();

    assertThat(TaskDevice.bind("", DeviceFallback.NONE, gpus)).isEqualTo(Device.CPU);
    assertThat(TaskDevice.bind()).as("this thread has no task").isEqualTo(Device.CPU);
    assertThat(TaskDevice.check()).isEmpty();
    assertThat(gpus.bound).isEmpty();
    assertThat(Device.CPU.text()).isEmpty();
  }

  @Test
  void aFittingAddressIsTakenAsItIs() {
    Gpus gpus = new Gpus();

    Device device = TaskDevice.bind("MIG-c6d4", DeviceFallback.CPU, gpus);

    assertThat(device).isEqualTo(new Device("MIG-c6d4", Device.Backend.CUDA));
    assertThat(device.text()).isEqualTo("gpu MIG-c6d4");
    assertThat(gpus.bound).containsExactly("MIG-c6d4");
  }

  /** As it is: these tests run with ND4J's CPU backend alone. */
  @Test
  void withoutCudaInTheJarAnAddressIsRefused() {
    StrataException refusal =
        catchThrowableOfType(
            StrataException.class,
            () -> TaskDevice.bind("1", DeviceFallback.NONE, new CudaDevices()));

    assertThat(refusal.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refusal)
        .hasMessageContaining("Strata cannot compute on gpu 1, which Spark gave the task")
        .hasMessageContaining("found: ND4J's CPU backend alone")
        .hasMessageContaining("expected: strata-cuda.jar (built with -Pcuda) among spark.jars")
        .hasMessageContaining("or device.fallback = cpu");
  }

  @Test
  void orKeptOnTheCpuWhereTheJobAllowsIt() {
    Device device = TaskDevice.bind("1", DeviceFallback.CPU, new CudaDevices());

    assertThat(device).isEqualTo(new Device("1", Device.Backend.CPU));
    assertThat(device.text()).isEqualTo("gpu 1 (computed on the CPU)");
  }

  /** One GPU, at address 1. */
  private static final class OneGpu implements AcceleratorPort {
    @Override
    public void check(String address) throws UnfitDeviceException {
      if (!address.equals("1")) {
        throw new UnfitDeviceException("no GPU " + address, "the address 1");
      }
    }

    @Override
    public Accelerator open(String address) {
      return new HostAccelerator();
    }
  }

  @Test
  void stepsThatHaveAFormForItAreTakenOnAnAccelerator() {
    DevicePort gpus = AcceleratorDevices.ofSteps(new OneGpu(), Optional::empty);

    Device device = TaskDevice.bind("1", DeviceFallback.NONE, gpus);

    assertThat(device).isEqualTo(new Device("1", Device.Backend.ACCELERATOR));
    assertThat(device.text()).isEqualTo("gpu 1");
  }

  @Test
  void otherStepsAreRefusedWithTheReason() {
    DevicePort gpus =
        AcceleratorDevices.ofSteps(
            new OneGpu(), () -> Optional.of("layer hidden-1 with the activation mish"));

    StrataException refusal =
        catchThrowableOfType(
            StrataException.class, () -> TaskDevice.bind("1", DeviceFallback.NONE, gpus));

    assertThat(refusal.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refusal)
        .hasMessageContaining("Strata cannot compute on gpu 1, which Spark gave the task")
        .hasMessageContaining("found: layer hidden-1 with the activation mish")
        .hasMessageContaining("or device.fallback = cpu");
    assertThat(TaskDevice.bind("1", DeviceFallback.CPU, gpus))
        .isEqualTo(new Device("1", Device.Backend.CPU));
  }

  @Test
  void anAddressWithoutAnAcceleratorIsRefused() {
    for (DevicePort gpus :
        List.of(
            AcceleratorDevices.ofSteps(new OneGpu(), Optional::empty),
            AcceleratorDevices.ofOtherWork(new OneGpu()))) {
      StrataException refusal =
          catchThrowableOfType(
              StrataException.class, () -> TaskDevice.bind("2", DeviceFallback.NONE, gpus));

      assertThat(refusal).hasMessageContaining("found: no GPU 2");
    }
  }

  /** A score, say: the task holds the GPU, and the CPU computes. */
  @Test
  void otherWorkOfATaskWithAnAcceleratorIsComputedOnTheCpu() {
    DevicePort gpus = AcceleratorDevices.ofOtherWork(new OneGpu());

    Device device = TaskDevice.bind("1", DeviceFallback.NONE, gpus);

    assertThat(device).isEqualTo(new Device("1", Device.Backend.CPU));
  }

  @Test
  void jobsOfOthersAllowNothing() {
    assertThat(DeviceFallback.of(null)).isEqualTo(DeviceFallback.NONE);
    assertThat(DeviceFallback.of("CPU")).isEqualTo(DeviceFallback.CPU);
  }

  /** ND4J itself would take any backend of a higher rank that the class path has. */
  @Test
  void onlyTheCpuBackendIsLeftToFind() throws Exception {
    String name = "META-INF/services/" + Nd4jBackend.class.getName();
    ClassLoader both =
        new Nd4jBackends.CpuOnly(getClass().getClassLoader(), Nd4jBackends.cpuService());

    assertThat(ServiceLoader.load(Nd4jBackend.class, both))
        .singleElement()
        .isInstanceOf(CpuBackend.class);
    assertThat(Collections.list(both.getResources(name))).hasSize(1);
    assertThat(both.getResources("META-INF/MANIFEST.MF").hasMoreElements()).isTrue();
  }
}
