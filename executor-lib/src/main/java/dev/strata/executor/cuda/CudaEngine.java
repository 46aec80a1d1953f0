package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.AcceleratorPort;
import dev.strata.executor.accelerator.UnfitDeviceException;

/**
 * Strata's own engine for GPUs: cuBLAS and kernels that are compiled for the GPU at hand, so that
 * it runs on every GPU that the host's CUDA toolkit (11 to 13) supports. The host needs NVIDIA's
 * driver and, on the linker's path or in {@code CUDA_HOME}, cuBLAS and NVRTC.
 */
public final class CudaEngine implements AcceleratorPort {
  @Override
  public void check(String address) throws UnfitDeviceException {
    gpu(address);
    libraries();
  }

  @Override
  public Accelerator open(String address) throws UnfitDeviceException {
    int index = gpu(address);
    libraries();
    CudaHost.Gpu gpu = CudaHost.read().gpus().get(index);
    return new CudaAccelerator(gpu.name(), CudaContext.of(index, gpu));
  }

  private static int gpu(String address) throws UnfitDeviceException {
    return CudaHost.read().indexOf(address);
  }

  private static void libraries() throws UnfitDeviceException {
    try {
      CompilerLibrary.load();
      BlasLibrary.load();
    } catch (UnsatisfiedLinkError e) {
      throw new UnfitDeviceException(
          "CUDA's libraries are missing: " + e.getMessage(),
          "cuBLAS and NVRTC of a CUDA toolkit 11.4 to 13 on the executor's host, on LD_LIBRARY_PATH"
              + " or in CUDA_HOME");
    }
  }
}
