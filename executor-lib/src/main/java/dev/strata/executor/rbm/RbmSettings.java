package dev.strata.executor.rbm;

import dev.strata.executor.failure.NetworkProblems;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * Settings of a restricted Boltzmann machine and of its gradient estimate.
 *
 * @param visible {@code binary}: values in [0, 1], taken for probabilities; {@code gaussian}: real
 *     values, standardised
 * @param hidden {@code binary} (logistic units) or {@code rectified} (noisy rectified linear units,
 *     Nair and Hinton 2010)
 * @param gibbsSteps k of CD-k and persistent CD, at least 1
 * @param persistent whether the chains continue from minibatch to minibatch (Tieleman 2008) instead
 *     of starting at its rows
 * @param centered whether the gradient is the enhanced one (Cho, Raiko and Ilin 2011), which
 *     centres visible and hidden units at their means: its steps do not depend on which value of a
 *     unit is called 0, and units of data that are far from 0.5 on average stay alive
 * @param sparsity how active hidden units should be on average
 * @param l2 λ of the term ½λ‖W‖²; at least 0
 * @param deviation standard deviation of the initial weights; &gt; 0
 * @param visibleDeviation σ of gaussian visible units around their means; &gt; 0. The machine sees
 *     v / σ, of variance 1 around its means. Columns of variance 1 that other columns predict have
 *     less than that around their means: with σ = 1 the machine takes most of what they share for
 *     noise (Cho, Ilin and Raiko 2011, "Improved Learning of Gaussian-Bernoulli Restricted
 *     Boltzmann Machines")
 */
@RecordBuilder
public record RbmSettings(
    String visible,
    String hidden,
    int gibbsSteps,
    boolean persistent,
    boolean centered,
    Sparsity sparsity,
    double l2,
    double deviation,
    double visibleDeviation)
    implements Serializable {
  public static final String BINARY = "binary";
  public static final String GAUSSIAN = "gaussian";
  public static final String RECTIFIED = "rectified";

  /** Of visible units: binary or gaussian, as the inputs are. No machine is made with it. */
  public static final String AUTO = "auto";

  /**
   * The defaults of the keys: visible units as the inputs are, binary hidden ones, CD-1, centred,
   * no sparsity or weight decay, initial weights of standard deviation 0.01 (Hinton 2010), gaussian
   * visible units of {@link #visibleDeviation(String)}.
   */
  public static RbmSettings defaults() {
    return of(AUTO, BINARY);
  }

  /** Other units; else the defaults. */
  public static RbmSettings of(String visible, String hidden) {
    return RbmSettingsBuilder.builder()
        .visible(visible)
        .hidden(hidden)
        .gibbsSteps(1)
        .persistent(false)
        .centered(true)
        .sparsity(Sparsity.none())
        .l2(0)
        .deviation(0.01)
        .visibleDeviation(visibleDeviation(hidden))
        .build();
  }

  /**
   * The default deviation of gaussian visible units: 0.33 below binary hidden units, 1 below
   * rectified ones, whose outputs grow with a lower σ, which harms fine-tuning (docs/results.md).
   */
  public static double visibleDeviation(String hidden) {
    return hidden.equals(RECTIFIED) ? 1 : 0.33;
  }

  /**
   * The same with visible units chosen where they are {@link #AUTO}.
   *
   * @param unitInputs whether all inputs lie in [0, 1]
   */
  public RbmSettings forInputs(boolean unitInputs) {
    if (!visible.equals(AUTO)) {
      return this;
    }
    return RbmSettingsBuilder.builder(this).visible(unitInputs ? BINARY : GAUSSIAN).build();
  }

  public boolean binaryVisible() {
    return visible.equals(BINARY);
  }

  /** Divisor of inputs before the machine sees them; 1 with binary visible units. */
  double inputDivisor() {
    return binaryVisible() ? 1 : visibleDeviation;
  }

  public boolean binaryHidden() {
    return hidden.equals(BINARY);
  }

  /** Whether chains need visible states and not only their means. */
  boolean drawsVisible() {
    return persistent || gibbsSteps > 1;
  }

  /**
   * What is wrong with these settings.
   *
   * @param at path of the section they were read from, such as {@code pretrain.layers[1]}
   */
  public List<NetworkProblems.Problem> problems(String at) {
    NetworkProblems problems = new NetworkProblems();
    if (!List.of(AUTO, BINARY, GAUSSIAN).contains(visible)) {
      problems.add(at + ".visible", visible, AUTO + ", " + BINARY + " or " + GAUSSIAN);
    }
    if (!List.of(BINARY, RECTIFIED).contains(hidden)) {
      problems.add(at + ".hidden", hidden, BINARY + " or " + RECTIFIED);
    }
    problems.range(at + ".gibbs-steps", gibbsSteps, 1, Double.POSITIVE_INFINITY);
    problems.range(at + ".l2", l2, 0, Double.POSITIVE_INFINITY);
    problems.positive(at + ".deviation", deviation, Double.POSITIVE_INFINITY);
    problems.positive(at + ".visible-deviation", visibleDeviation, Double.POSITIVE_INFINITY);
    problems.range(at + ".sparsity.weight", sparsity.weight(), 0, Double.POSITIVE_INFINITY);
    if (sparsity.active()) {
      problems.positive(at + ".sparsity.target", sparsity.target(), 1);
      problems.range(at + ".sparsity.decay", sparsity.decay(), 0, 1);
      if (!binaryHidden()) {
        problems.add(
            at + ".sparsity.weight",
            sparsity.weight(),
            "0 with hidden = " + hidden + ", because the target is a probability of being on");
      }
    }
    return problems.list();
  }

  /**
   * Pulls each hidden unit's mean activation q towards a target p (Hinton 2010, section 11): the
   * gradient with regard to the unit's input gets the addend {@code weight · (q - p)}.
   *
   * @param target p, in (0, 1)
   * @param weight 0: none
   * @param decay of the running mean q over minibatches, in [0, 1)
   */
  public record Sparsity(double target, double weight, double decay) implements Serializable {
    /** The defaults of the keys: weight 0, so no penalty; target 0.05, decay 0.9. */
    public static Sparsity none() {
      return new Sparsity(0.05, 0, 0.9);
    }

    public boolean active() {
      return weight != 0;
    }
  }
}
