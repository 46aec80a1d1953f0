package dev.strata.executor.device;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.AcceleratorPort;
import dev.strata.executor.accelerator.UnfitDeviceException;
import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device of the calling task: the address that Spark gave it, never another. A task without an
 * address, and the driver, compute on the CPU.
 */
public final class TaskDevice {
  /** Spark's name of the resource, as in {@code spark.task.resource.gpu.amount}. */
  public static final String RESOURCE = "gpu";

  private static final Logger LOG = LoggerFactory.getLogger(TaskDevice.class);
  private static final DevicePort CPU = new CpuDevices();
  private static final DevicePort CUDA = new CudaDevices();
  private static final Set<String> FALLEN_BACK = ConcurrentHashMap.newKeySet();

  private TaskDevice() {}

  /**
   * Binds the calling thread to its task's device and makes its arithmetic single-threaded ({@link
   * BlasThreads}); call it in each thread that computes, before it makes its first array.
   *
   * @throws StrataException (configuration) if ND4J cannot compute on the GPU that Spark gave and
   *     the job does not allow the CPU instead
   */
  public static Device bind() {
    return bind(true);
  }

  /**
   * As above.
   *
   * @param computesOnGpu whether what will be computed can be computed with ND4J's CUDA; where that
   *     is not there, the CPU computes it
   */
  public static Device bind(boolean computesOnGpu) {
    return bind(computesOnGpu, AcceleratorDevices::ofOtherWork);
  }

  /**
   * As above, for the steps of a learner.
   *
   * @param obstacle why an accelerator cannot take them; empty where it can
   */
  public static Device bind(boolean computesOnGpu, Supplier<Optional<String>> obstacle) {
    return bind(computesOnGpu, port -> AcceleratorDevices.ofSteps(port, obstacle));
  }

  /** ND4J has one backend in a process: where that is CUDA's, there are no accelerators beside. */
  private static Device bind(boolean withCuda, Function<AcceleratorPort, DevicePort> accelerators) {
    Device device = bind(address(), fallback(), gpus(withCuda, accelerators));
    BlasThreads.single();
    return device;
  }

  private static DevicePort gpus(
      boolean withCuda, Function<AcceleratorPort, DevicePort> accelerators) {
    if (!Nd4jBackends.hasCuda()) {
      return accelerators.apply(AcceleratorDevices.port());
    }
    return withCuda ? CUDA : new CpuOnlyWork();
  }

  /**
   * A new accelerator for one learner.
   *
   * @param device to which the calling thread is bound, whose backend is one
   * @throws StrataException (configuration) where none can be had
   */
  public static Accelerator open(Device device) {
    try {
      return AcceleratorDevices.port().open(device.address());
    } catch (UnfitDeviceException e) {
      throw refusal(device.address(), e);
    }
  }

  /** Keeps ND4J of a driver on the CPU, whatever GPUs its host has; starts nothing without CUDA. */
  public static void onDriver() {
    bind("", DeviceFallback.NONE, CPU);
  }

  /**
   * Looks whether the calling task's device fits, without starting ND4J.
   *
   * @return the address; empty where Spark gave none
   * @throws StrataException as {@link #bind()}
   */
  public static String check() {
    String address = address();
    try {
      if (!address.isEmpty() && fallback() == DeviceFallback.NONE) {
        gpus(true, AcceleratorDevices::ofOtherWork).check(address);
      }
      return address;
    } catch (UnfitDeviceException e) {
      throw refusal(address, e);
    }
  }

  /**
   * @param address empty without a GPU
   * @param gpus binds addresses
   */
  static Device bind(String address, DeviceFallback fallback, DevicePort gpus) {
    try {
      return address.isEmpty() ? CPU.bind(address) : gpus.bind(address);
    } catch (UnfitDeviceException e) {
      if (fallback != DeviceFallback.CPU || address.isEmpty()) {
        throw refusal(address, e);
      }
      return onCpu(address, e);
    }
  }

  private static Device onCpu(String address, UnfitDeviceException unfit) {
    try {
      Device device = CPU.bind(address);
      if (FALLEN_BACK.add(address)) {
        LOG.warn("gpu {}: computing on the CPU (device.fallback): {}", address, unfit.found());
      }
      return device;
    } catch (UnfitDeviceException e) {
      throw refusal(address, e);
    }
  }

  /** For work that has no form for a GPU. */
  private static final class CpuOnlyWork implements DevicePort {
    @Override
    public Device bind(String address) throws UnfitDeviceException {
      throw new UnfitDeviceException(
          "pretraining and auxiliary tasks compute on the CPU only", "a job that asks for no GPU");
    }

    @Override
    public void check(String address) throws UnfitDeviceException {
      bind(address);
    }
  }

  private static DeviceFallback fallback() {
    TaskContext task = TaskContext.get();
    return DeviceFallback.of(task == null ? null : task.getLocalProperty(DeviceFallback.PROPERTY));
  }

  private static StrataException refusal(String address, UnfitDeviceException unfit) {
    String what =
        address.isEmpty()
            ? "Strata cannot compute on the CPU"
            : "Strata cannot compute on gpu " + address + ", which Spark gave the task";
    return StrataException.configuration(what)
        .key("spark.task.resource.gpu.amount")
        .found(unfit.found())
        .expected(unfit.expected() + "; or device.fallback = cpu, to compute on the CPU")
        .build();
  }

  /** The address that Spark gave the task; empty where it gave none. */
  private static String address() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(RESOURCE);
    String[] addresses = gpus == null ? new String[0] : gpus.addresses();
    if (addresses.length > 1) {
      throw StrataException.configuration("a task of Strata computes on one GPU")
          .key("spark.task.resource.gpu.amount")
          .found(Arrays.toString(addresses))
          .expected("1, or a fraction for several tasks on one GPU")
          .build();
    }
    return addresses.length == 0 ? "" : addresses[0];
  }
}
