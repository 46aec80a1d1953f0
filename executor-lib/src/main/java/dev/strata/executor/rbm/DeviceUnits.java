package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;
import dev.strata.executor.accelerator.Function;

/** {@link Units} of one side of a machine on an accelerator. */
final class DeviceUnits {
  private static final Function IDENTITY = Function.of(Function.Kind.IDENTITY);

  private final Accelerator accelerator;
  private final Units kind;
  private final Function mean;
  private final DeviceArray bias;
  private final DeviceArray zeros;
  private final int width;

  DeviceUnits(Accelerator accelerator, Units kind, DeviceArray bias, int width) {
    this.accelerator = accelerator;
    this.kind = kind;
    this.mean = kind.mean().function();
    this.bias = bias;
    this.width = width;
    this.zeros = accelerator.allocate(width);
  }

  /** A new array of rows of them. */
  DeviceArray rows(int b) {
    return accelerator.allocate((long) b * width);
  }

  int width() {
    return width;
  }

  /** Overwrites inputs x, to which the bias is still to be added, by what they are on average. */
  void means(DeviceArray x, int b) {
    accelerator.activate(mean, x, bias, x, b, width);
  }

  /** Does the same and draws states. */
  void draw(DeviceArray x, DeviceArray states, int b, DrawnNumbers random) {
    long length = (long) b * width;
    switch (kind) {
      case BINARY -> {
        means(x, b);
        accelerator.bernoulli(x, states, random.key(), random.uniform(length));
      }
      case GAUSSIAN -> {
        means(x, b);
        accelerator.gaussian(x, 1, states, random.key(), random.gaussian(length));
      }
      case RECTIFIED -> {
        accelerator.activate(IDENTITY, x, bias, x, b, width);
        accelerator.rectified(x, states, random.key(), random.gaussian(length));
        accelerator.activate(mean, x, zeros, x, b, width);
      }
    }
  }
}
