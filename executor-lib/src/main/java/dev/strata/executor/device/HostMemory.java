package dev.strata.executor.device;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Elements of arrays in the memory of this process, for code that is not ND4J's. */
public final class HostMemory {
  private HostMemory() {}

  /**
   * The array's elements, to read and to write until an operation of ND4J uses the array again.
   * With CUDA the array's memory on the GPU is copied here first, and back before that operation.
   */
  public static Pointer of(INDArray array) {
    if (Nd4jBackends.isCuda()) {
      Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
      Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
    }
    return array.data().addressPointer();
  }

  /**
   * Whether arrays lie in the memory of this process anyway, so that loops over them cost no copy.
   */
  public static boolean isHome() {
    return !Nd4jBackends.isCuda();
  }
}
