package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.WeightMatrix;

/** {@link Statistics} on an accelerator, with the decay of weights. */
final class DeviceStatistics {
  private final RbmSettings settings;
  private final DeviceMachine machine;
  private final Accelerator accelerator;
  private final Side visible;
  private final Side hidden;

  /**
   * Means of visible or hidden units.
   *
   * @param both two rows, one of them {@link #half}, as the enhanced gradient's product takes them
   * @param half of the mean over rows and the mean over chains
   * @param other the other row
   * @param product what the enhanced gradient subtracts
   */
  private record Side(
      DeviceArray gradient,
      int width,
      DeviceArray both,
      DeviceArray half,
      DeviceArray other,
      DeviceArray product) {}

  DeviceStatistics(RbmSettings settings, DeviceMachine machine) {
    this.settings = settings;
    this.machine = machine;
    this.accelerator = machine.accelerator();
    this.visible = side(machine.visibleGradient(), machine.visible().width(), 0);
    this.hidden = side(machine.hiddenGradient(), machine.hidden().width(), 1);
  }

  private Side side(DeviceArray gradient, int width, int halfAt) {
    DeviceArray both = accelerator.allocate(2L * width);
    DeviceArray[] rows = {both.part(0, width), both.part(width, 2L * width)};
    return new Side(
        gradient, width, both, rows[halfAt], rows[1 - halfAt], accelerator.allocate(width));
  }

  /** Writes the gradient. */
  void subtract(DeviceArray data, DeviceArray means, int b, DeviceChains chains) {
    int count = chains.count();
    machine.weights().addProducts(data, means, b, -1f / b, 0);
    machine.weights().addProducts(chains.visible(), chains.hidden(), count, 1f / count, 1);
    difference(visible, data, b, chains.visible(), count);
    difference(hidden, means, b, chains.hidden(), count);
    if (settings.centered()) {
      center();
    }
    if (settings.l2() != 0) {
      WeightMatrix weights = machine.weights();
      accelerator.decay(weights.gradient(), weights.values(), (float) settings.l2(), 0);
    }
  }

  /** The bias's gradient: the mean over chains less that over rows. */
  private void difference(Side side, DeviceArray rows, int b, DeviceArray ofChains, int count) {
    accelerator.sumRows(rows, side.gradient, b, side.width, -1f / b, 0);
    if (settings.centered()) {
      accelerator.combine(side.half, 0, side.gradient, -0.5f);
      accelerator.sumRows(ofChains, side.half, count, side.width, 0.5f / count, 1);
    }
    accelerator.sumRows(ofChains, side.gradient, count, side.width, 1f / count, 1);
  }

  private void center() {
    accelerator.combine(visible.other, 0, visible.gradient, 1);
    accelerator.combine(hidden.other, 0, hidden.gradient, 1);
    machine.weights().addProducts(visible.both, hidden.both, 2, -1, 1);
    DeviceArray weights = machine.weights().gradient();
    int n = visible.width;
    int m = hidden.width;
    accelerator.forward(visible.half, weights, hidden.product, 1, n, m);
    accelerator.combine(hidden.gradient, 1, hidden.product, -1);
    accelerator.back(hidden.half, weights, visible.product, 1, n, m);
    accelerator.combine(visible.gradient, 1, visible.product, -1);
  }
}
