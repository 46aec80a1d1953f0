package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A GPU in this process: its context, which all tasks on it share, and the compiled kernels. Both
 * stay until the process ends.
 */
final class CudaContext {
  private static final Map<Integer, CudaContext> OPEN = new ConcurrentHashMap<>();
  private static final ThreadLocal<CudaContext> CURRENT = new ThreadLocal<>();

  /**
   * Invalid image, no binary for the GPU, invalid PTX, unsupported PTX version, JIT compiler
   * missing.
   */
  private static final Set<Integer> OF_ANOTHER_VERSION = Set.of(200, 209, 218, 221, 222);

  private final long handle;
  private final Map<Kernel, Long> functions = new EnumMap<>(Kernel.class);

  private CudaContext(long handle) {
    this.handle = handle;
  }

  /**
   * @param index CUDA's number of the GPU
   * @param image the kernels, compiled for it
   * @throws UnfitDeviceException if the driver does not take them
   */
  static CudaContext of(int index, byte[] image) throws UnfitDeviceException {
    synchronized (OPEN) {
      CudaContext context = OPEN.get(index);
      if (context == null) {
        context = open(index, image);
        OPEN.put(index, context);
      }
      return context;
    }
  }

  private static CudaContext open(int index, byte[] image) throws UnfitDeviceException {
    int[] device = {0};
    Cuda.check(DriverLibrary.cuDeviceGet(device, index), "opening the GPU");
    long[] handle = {0};
    Cuda.check(DriverLibrary.cuDevicePrimaryCtxRetain(handle, device[0]), "opening the GPU");
    boolean whole = false;
    try {
      CudaContext context = new CudaContext(handle[0]);
      context.enter();
      context.load(image);
      whole = true;
      return context;
    } finally {
      if (!whole) {
        CURRENT.remove();
        DriverLibrary.cuDevicePrimaryCtxRelease_v2(device[0]);
      }
    }
  }

  private void load(byte[] image) throws UnfitDeviceException {
    long[] module = {0};
    int answer = DriverLibrary.cuModuleLoadData(module, image);
    if (OF_ANOTHER_VERSION.contains(answer)) {
      throw new UnfitDeviceException(
          "an NVIDIA driver that does not load kernels of the CUDA toolkit found: "
              + Cuda.words(answer),
          "a toolkit no newer than the driver on the executor's host");
    }
    Cuda.check(answer, "loading the kernels");
    for (Kernel kernel : Kernel.values()) {
      long[] function = {0};
      Cuda.check(
          DriverLibrary.cuModuleGetFunction(function, module[0], kernel.text()),
          "loading the kernels");
      functions.put(kernel, function[0]);
    }
  }

  /** Makes the calling thread's calls go to this GPU. */
  void enter() {
    if (CURRENT.get() != this) {
      Cuda.check(DriverLibrary.cuCtxSetCurrent(handle), "choosing the GPU");
      CURRENT.set(this);
    }
  }

  /** As above, where nothing can be done about a failure. */
  void enterQuietly() {
    DriverLibrary.cuCtxSetCurrent(handle);
    CURRENT.set(this);
  }

  /** A compiled kernel's handle. */
  long function(Kernel kernel) {
    return functions.get(kernel);
  }
}
