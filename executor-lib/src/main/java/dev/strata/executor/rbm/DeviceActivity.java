package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@link ActivityTarget} on an accelerator. */
final class DeviceActivity {
  private final Accelerator accelerator;
  private final Sparsity settings;
  private final INDArray host;
  private final DeviceArray running;
  private final DeviceArray target;

  /**
   * @param host running means, {@code [1, m]}
   */
  DeviceActivity(Accelerator accelerator, Sparsity settings, INDArray host) {
    this.accelerator = accelerator;
    this.settings = settings;
    this.host = host;
    this.running = accelerator.allocate(host.length());
    this.target = accelerator.allocate(host.length());
    accelerator.write(Nd4j.valueArrayOf(host.shape(), settings.target(), host.dataType()), target);
  }

  void load() {
    accelerator.write(host, running);
  }

  void save() {
    accelerator.read(running, host);
  }

  /**
   * Takes a minibatch into account.
   *
   * @param means {@code [b, m]}, changed as {@link ActivityTarget#apply} changes them
   */
  void apply(DeviceArray means, int b) {
    if (settings.active()) {
      int m = (int) host.length();
      float decay = (float) settings.decay();
      float weight = (float) settings.weight();
      accelerator.sumRows(means, running, b, m, (float) ((1 - settings.decay()) / b), decay);
      accelerator.addToRows(means, running, b, m, -weight);
      accelerator.addToRows(means, target, b, m, weight);
    }
  }
}
