package dev.strata.executor.layer;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;

/**
 * The slopes of randomized leaky relu for negative inputs, {@code a x} (Xu, Wang, Chen and Li 2015,
 * section 3.4): in training a is uniform in [{@link #LOW}, {@link #HIGH}), another one for each
 * number of each row; at inference it is the mean of these bounds.
 *
 * <p>A saved network has DL4J's leaky relu with that mean. So that training it further draws slopes
 * again, the mean is written as the next larger float64 number, {@link #MEAN}: by this the layer is
 * known, whatever it was read from. Outputs in float32 are the same.
 */
public final class RandomizedSlopes {
  public static final double LOW = 1.0 / 8;
  public static final double HIGH = 1.0 / 3;
  public static final double MEAN = Math.nextUp((LOW + HIGH) / 2);

  private RandomizedSlopes() {}

  /** What a saved network has. */
  public static IActivation stock() {
    return new ActivationLReLU(MEAN);
  }

  /** Whether an activation's slopes are drawn in training. */
  public static boolean are(IActivation activation) {
    return activation instanceof ActivationLReLU leaky && leaky.getAlpha() == MEAN;
  }
}
