package dev.strata.executor.autoencoder;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.kernels.Nonlinearity;
import java.io.Serializable;

/**
 * Penalty on units that are active too often or too rarely (Ng, "Sparse autoencoder", 2011): weight
 * · Σⱼ ρ ln(ρ/ρ̂ⱼ) + (1−ρ) ln((1−ρ)/(1−ρ̂ⱼ)), ρ̂ⱼ being the mean activation of unit j over the
 * minibatch.
 *
 * @param target ρ, in (0, 1)
 * @param weight at least 0; 0: no penalty; only with a sigmoid encoder
 */
public record Sparsity(double target, double weight) implements Serializable {
  /** The defaults of the keys: weight 0, so no penalty; target 0.05. */
  public static Sparsity none() {
    return new Sparsity(0.05, 0);
  }

  /**
   * @param at path of the section, with its last dot
   */
  void check(String at, String activation, NetworkProblems problems) {
    problems.positive(at + "target", target, 1);
    problems.range(at + "weight", weight, 0, Double.POSITIVE_INFINITY);
    if (weight > 0 && !activation.equals(Nonlinearity.SIGMOID.text())) {
      problems.add(
          at + "weight",
          weight,
          "0, because the activation is " + activation + "; sparsity needs sigmoid units");
    }
  }
}
