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
    CudaHost host = CudaHost.read();
    KernelImages.of(host.gpus().get(host.indexOf(address)), host.driver());
  }

  @Override
  public Accelerator open(String address) throws UnfitDeviceException {
    CudaHost host = CudaHost.read();
    int index = host.indexOf(address);
    CudaHost.Gpu gpu = host.gpus().get(index);
    byte[] image = KernelImages.of(gpu, host.driver());
    return new CudaAccelerator(gpu.name(), CudaContext.of(index, image));
  }
}
