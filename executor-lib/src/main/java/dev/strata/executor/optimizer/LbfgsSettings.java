package dev.strata.executor.optimizer;

import java.io.Serializable;

/**
 * The keys of {@code network.updater} that {@code l-bfgs} alone has.
 *
 * @param history newest steps and changes of the gradient from which L-BFGS computes a direction;
 *     at least 1
 * @param tolerance training ends where no element of the gradient is larger in absolute value; at
 *     least 0
 */
public record LbfgsSettings(int history, double tolerance) implements Serializable {
  /** Of the keys: history 10, tolerance 1e-6. */
  public static final LbfgsSettings DEFAULT = new LbfgsSettings(10, 1e-6);
}
