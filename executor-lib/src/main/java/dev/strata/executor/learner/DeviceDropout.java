package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;
import java.util.Optional;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Dropout on an accelerator, {@code x · m / p} with m ~ Bernoulli(p) (Srivastava et al. 2014), with
 * random numbers of its own: the masks are not those that DL4J draws on the CPU.
 */
final class DeviceDropout implements DeviceHidden {
  private final Accelerator accelerator;
  private final double retain;
  private final RowBuffers outputs;
  private final RowBuffers epsilons;
  private long key;
  private int position;

  private DeviceDropout(Accelerator accelerator, double retain, int width) {
    this.accelerator = accelerator;
    this.retain = retain;
    this.outputs = new RowBuffers(accelerator, width);
    this.epsilons = new RowBuffers(accelerator, width);
  }

  /** Empty where the layer has none. */
  static Optional<DeviceDropout> of(Accelerator accelerator, Layer layer, int width) {
    return Optional.ofNullable((Dropout) layer.getIDropout())
        .map(dropout -> new DeviceDropout(accelerator, dropout.getP(), width));
  }

  @Override
  public DeviceArray forward(DeviceArray rows, int b, DrawnNumbers random) {
    key = random.key();
    position = random.uniform((long) b * outputs.width());
    accelerator.dropout(rows, retain, outputs.of(b), key, position);
    return outputs.of(b);
  }

  @Override
  public DeviceArray back(DeviceArray epsilon, int b, boolean further) {
    if (!further) {
      return null;
    }
    accelerator.dropout(epsilon, retain, epsilons.of(b), key, position);
    return epsilons.of(b);
  }
}
