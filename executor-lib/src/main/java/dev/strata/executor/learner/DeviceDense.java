package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;
import dev.strata.executor.accelerator.Function;
import java.util.Optional;

/** {@link DensePass} on an accelerator. */
final class DeviceDense implements DeviceHidden {
  private final Accelerator accelerator;
  private final DeviceAffine affine;
  private final Function activation;

  /** For values, where the derivative needs what was before them. */
  private final Optional<RowBuffers> apart;

  private DeviceArray z;
  private DeviceArray values;

  DeviceDense(Accelerator accelerator, DeviceAffine affine, Function activation) {
    this.accelerator = accelerator;
    this.affine = affine;
    this.activation = activation;
    this.apart =
        DeviceFunctions.slopeFollowsFromValue(activation)
            ? Optional.empty()
            : Optional.of(new RowBuffers(accelerator, affine.units()));
  }

  @Override
  public DeviceArray forward(DeviceArray rows, int b, DrawnNumbers random) {
    z = affine.product(rows, b, random);
    values = apart.isPresent() ? apart.get().of(b) : z;
    accelerator.activate(activation, z, affine.bias(), values, b, affine.units());
    return values;
  }

  @Override
  public DeviceArray back(DeviceArray epsilon, int b, boolean further) {
    accelerator.timesSlope(activation, epsilon, z, values);
    return affine.back(epsilon, b, further);
  }
}
