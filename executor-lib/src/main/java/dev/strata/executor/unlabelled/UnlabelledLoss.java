package dev.strata.executor.unlabelled;

import java.io.Serializable;
import java.util.Locale;

/**
 * What a classifier learns from unlabelled rows: the loss of a minibatch is the mean over its
 * labelled rows of their own loss, plus w(t) times the mean over its unlabelled rows of one of
 * these; q is the softmax output in training, with dropout, and every target is a constant without
 * gradient.
 *
 * <ul>
 *   <li>pseudo-label (Lee 2013, "Pseudo-Label"): −log q_c, c the class of the highest probability,
 *       where that is at least the threshold; else 0
 *   <li>fix-match (Sohn et al. 2020, arXiv 2001.07685): the same, −log q_c of the corrupted row, c
 *       and the threshold by the row itself without dropout
 *   <li>consistency (Π-model; Laine and Aila 2017, arXiv 1610.02242): Σ_k (q_k − p_k)² / C over the
 *       C classes, q of the corrupted row, p of the row itself without dropout
 *   <li>mean-teacher (Tarvainen and Valpola 2017, arXiv 1703.01780): the same, p given by the
 *       exponential mean of the parameters
 *   <li>virtual-adversarial (Miyato et al. 2017, arXiv 1704.03976): KL(p ‖ q), p of the row without
 *       dropout, q of the row moved by ε in the direction in which KL grows fastest
 * </ul>
 *
 * @param weight w at the end of the ramp, above 0
 * @param ramp how w grows
 * @param threshold of pseudo-label and fix-match, in [0, 1]
 * @param decay of mean-teacher's mean, in [0, 1)
 * @param adversarial of virtual-adversarial
 */
public record UnlabelledLoss(
    Method method,
    double weight,
    Ramp ramp,
    double threshold,
    double decay,
    Adversarial adversarial)
    implements Serializable {

  /** Where the target of an unlabelled row comes from. */
  public enum Method {
    PSEUDO_LABEL,
    FIX_MATCH,
    CONSISTENCY,
    MEAN_TEACHER,
    VIRTUAL_ADVERSARIAL;

    /** Whether the loss is a squared difference; otherwise it is the cross-entropy. */
    public boolean squares() {
      return this == CONSISTENCY || this == MEAN_TEACHER;
    }

    /** Whether the target is a class, where it is probable enough. */
    public boolean labels() {
      return this == PSEUDO_LABEL || this == FIX_MATCH;
    }

    /** Whether the network is trained on a corrupted copy of the row. */
    public boolean corrupts() {
      return squares() || this == FIX_MATCH;
    }

    /** As users write it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Lee's schedule: 0 before {@code from}, then linear, 1 from {@code to} on.
   *
   * @param from epochs, at least 0
   * @param to epochs, at least {@code from}
   */
  public record Ramp(double from, double to) implements Serializable {
    /** The share of the weight after this many epochs. */
    public double at(double epochs) {
      if (epochs >= to) {
        return 1;
      }
      return epochs <= from ? 0 : (epochs - from) / (to - from);
    }
  }

  /**
   * Virtual adversarial perturbation of the scaled inputs.
   *
   * @param epsilon ε, Euclidean length of the perturbation, above 0
   * @param xi ξ, length of the step at which the direction is computed, above 0
   * @param iterations of the power method, at least 1
   */
  public record Adversarial(double epsilon, double xi, int iterations) implements Serializable {}
}
