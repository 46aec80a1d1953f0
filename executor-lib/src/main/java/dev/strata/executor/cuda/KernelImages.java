package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The compiled kernels of this process, by compute capability; compiling takes seconds. */
final class KernelImages {
  private static final Map<Integer, byte[]> COMPILED = new ConcurrentHashMap<>();

  private KernelImages() {}

  /**
   * Loads the toolkit and compiles, once.
   *
   * @param driver newest CUDA version that the driver runs
   * @return an image for {@code cuModuleLoadData}
   * @throws UnfitDeviceException if the host's toolkit cannot compile for this GPU, or is not there
   */
  static synchronized byte[] of(CudaHost.Gpu gpu, int driver) throws UnfitDeviceException {
    CudaToolkit.require(driver);
    int capability = 10 * gpu.major() + gpu.minor();
    byte[] image = COMPILED.get(capability);
    if (image == null) {
      image = KernelCompiler.image(capability);
      COMPILED.put(capability, image);
    }
    return image;
  }
}
