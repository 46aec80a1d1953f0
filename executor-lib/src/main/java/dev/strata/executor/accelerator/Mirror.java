package dev.strata.executor.accelerator;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A flat vector in the memory of this process and its copy on an accelerator. */
public final class Mirror {
  private final Accelerator accelerator;
  private final Optional<INDArray> host;
  private final Optional<DeviceArray> device;

  /**
   * @param host float32, its elements one after the other; null where there is none, which is
   *     copied by doing nothing
   */
  public Mirror(Accelerator accelerator, INDArray host) {
    this.accelerator = accelerator;
    this.host = Optional.ofNullable(host);
    this.device = this.host.map(vector -> accelerator.allocate(vector.length()));
  }

  /** Numbers [from, to) on the accelerator. */
  public DeviceArray part(long from, long to) {
    return whole().part(from, to);
  }

  /** All numbers on the accelerator. */
  public DeviceArray whole() {
    return device.orElseThrow();
  }

  /** Copies the numbers to the accelerator. */
  public void upload() {
    host.ifPresent(vector -> accelerator.write(vector, whole()));
  }

  /** Waits for the accelerator and copies the numbers back. */
  public void download() {
    host.ifPresent(vector -> accelerator.read(whole(), vector));
  }
}
