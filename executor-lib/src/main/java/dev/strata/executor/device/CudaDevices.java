package dev.strata.executor.device;

import dev.strata.executor.accelerator.UnfitDeviceException;
import dev.strata.executor.cuda.CudaHost;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's CUDA backend: a thread computes on the GPU of its address. ND4J keeps one GPU for each
 * thread.
 */
final class CudaDevices implements DevicePort {
  private final Map<String, Integer> indices = new ConcurrentHashMap<>();

  @Override
  public Device bind(String address) throws UnfitDeviceException {
    int index = index(address);
    Nd4jBackends.useCuda();
    Nd4j.getAffinityManager().unsafeSetDevice(index);
    return new Device(address, Device.Backend.CUDA);
  }

  @Override
  public void check(String address) throws UnfitDeviceException {
    index(address);
  }

  private int index(String address) throws UnfitDeviceException {
    if (!Nd4jBackends.hasCuda()) {
      throw new UnfitDeviceException(
          "ND4J's CPU backend alone on the executor's class path",
          "strata-cuda.jar (built with -Pcuda) among spark.jars");
    }
    Integer index = indices.get(address);
    if (index == null) {
      index = fitting(address);
      indices.put(address, index);
    }
    return index;
  }

  /**
   * Asks the driver before ND4J starts, because ND4J stays with the backend that it started with.
   */
  private static int fitting(String address) throws UnfitDeviceException {
    CudaHost host = CudaHost.read();
    CudaSupport.requireDriver(host.driver());
    int index = host.indexOf(address);
    CudaHost.Gpu gpu = host.gpus().get(index);
    CudaSupport.requireCode(gpu.name(), gpu.major(), gpu.minor());
    return index;
  }
}
