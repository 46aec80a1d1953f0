package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A GPU in this process: its context, which all tasks on it share, and the compiled kernels. Both
 * stay until the process ends.
 */
final class CudaContext {
  private static final Map<Integer, CudaContext> OPEN = new ConcurrentHashMap<>();
  private static final ThreadLocal<CudaContext> CURRENT = new ThreadLocal<>();

  private final long handle;
  private final Map<Kernel, Long> functions = new EnumMap<>(Kernel.class);

  private CudaContext(long handle) {
    this.handle = handle;
  }

  /**
   * @param index CUDA's number of the GPU
   * @throws UnfitDeviceException if this host's CUDA has no code for it
   */
  static CudaContext of(int index, CudaHost.Gpu gpu) throws UnfitDeviceException {
    synchronized (OPEN) {
      CudaContext context = OPEN.get(index);
      if (context == null) {
        context = open(index, gpu);
        OPEN.put(index, context);
      }
      return context;
    }
  }

  private static CudaContext open(int index, CudaHost.Gpu gpu) throws UnfitDeviceException {
    byte[] image = KernelCompiler.image(10 * gpu.major() + gpu.minor());
    int[] device = {0};
    Cuda.check(DriverLibrary.cuDeviceGet(device, index), "opening the GPU");
    long[] handle = {0};
    Cuda.check(DriverLibrary.cuDevicePrimaryCtxRetain(handle, device[0]), "opening the GPU");
    CudaContext context = new CudaContext(handle[0]);
    context.enter();
    long[] module = {0};
    Cuda.check(DriverLibrary.cuModuleLoadData(module, image), "loading the kernels");
    for (Kernel kernel : Kernel.values()) {
      long[] function = {0};
      Cuda.check(
          DriverLibrary.cuModuleGetFunction(function, module[0], kernel.text()),
          "loading the kernels");
      context.functions.put(kernel, function[0]);
    }
    return context;
  }

  /** Makes the calling thread's calls go to this GPU. */
  void enter() {
    if (CURRENT.get() != this) {
      Cuda.check(DriverLibrary.cuCtxSetCurrent(handle), "choosing the GPU");
      CURRENT.set(this);
    }
  }

  /** A compiled kernel's handle. */
  long function(Kernel kernel) {
    return functions.get(kernel);
  }
}
