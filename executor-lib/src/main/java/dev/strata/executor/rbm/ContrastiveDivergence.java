package dev.strata.executor.rbm;

import dev.strata.executor.kernels.OuterProduct;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.kernels.ReconstructionLoss;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Estimates the gradient of the mean -log p(v) of a minibatch: {@link Statistics} of its rows
 * against those of Gibbs chains.
 *
 * <p>Chains start at the rows (CD-k, Hinton 2002) or continue from minibatch to minibatch
 * (persistent CD, Tieleman 2008). As Hinton (2010, section 3) advises, statistics take the means of
 * hidden units, hidden states that drive a reconstruction are drawn, and in CD-1 the reconstruction
 * itself is not. Longer and persistent chains draw visible states too: they are to follow the
 * model's distribution, which means in the place of states would not.
 */
final class ContrastiveDivergence {
  private final RbmSettings settings;
  private final RbmParameters machine;
  private final RbmParameters gradient;
  private final Units visibleUnits;
  private final Units hiddenUnits;
  private final Statistics statistics;
  private final LocalState state;
  private INDArray means;
  private OuterProduct weights;

  /** Of the rows' reconstruction where the chains do not have it. */
  private INDArray reconstruction;

  /** Chains that start at the rows. */
  private Optional<Chains> fresh = Optional.empty();

  /**
   * @param gradient of the machine's shape; each estimate overwrites that of the biases
   */
  ContrastiveDivergence(RbmSettings settings, RbmParameters machine, RbmParameters gradient) {
    this.settings = settings;
    this.machine = machine;
    this.gradient = gradient;
    visibleUnits = Units.of(settings.visible());
    hiddenUnits = Units.of(settings.hidden());
    statistics = new Statistics(settings.centered());
    state = new LocalState(settings, machine);
  }

  /** The gradient of the weights that {@link #estimate} has left. */
  OuterProduct weights() {
    return weights;
  }

  /** State that continues from minibatch to minibatch. */
  LocalState state() {
    return state;
  }

  /**
   * Writes the gradient of the biases; that of the weights, without their decay, is {@link
   * #weights}.
   *
   * @param data {@code [b, n]} in C order
   * @return squared reconstruction error, mean over rows: in CD-1 of the reconstruction that the
   *     gradient uses, else of that from hidden means
   */
  double estimate(INDArray data, RandomNumbers random) {
    means = machine.rows(means, data.size(0), machine.units());
    machine.hiddenInput(data, means);
    Chains chains = begin(data.size(0), random);
    INDArray reconstructed;
    if (settings.drawsVisible()) {
      reconstructed = reconstruct(data.size(0));
      chains.run(settings.gibbsSteps(), random);
    } else {
      chains.reconstruct();
      reconstructed = chains.visible();
    }
    state.activity().apply(means);
    weights =
        statistics.write(
            gradient,
            new Statistics.Sides(data, means),
            new Statistics.Sides(chains.visible(), chains.hidden()));
    return ReconstructionLoss.squaredDistance(data, reconstructed) / data.size(0);
  }

  /** Makes hidden means of inputs, and of these the states where chains start at the rows. */
  private Chains begin(long rows, RandomNumbers random) {
    if (settings.persistent() && state.chains().isPresent()) {
      hiddenUnits.means(means, machine.hiddenBias());
      return state.chains().get();
    }
    Chains begun =
        fresh
            .filter(chains -> chains.count() == rows)
            .orElseGet(() -> new Chains(settings, machine, rows));
    hiddenUnits.draw(means, machine.hiddenBias(), begun.states(), random);
    if (settings.persistent()) {
      state.chains(begun);
    } else {
      fresh = Optional.of(begun);
    }
    return begun;
  }

  private INDArray reconstruct(long rows) {
    reconstruction = machine.rows(reconstruction, rows, machine.inputs());
    machine.visibleInput(means, reconstruction);
    visibleUnits.means(reconstruction, machine.visibleBias());
    return reconstruction;
  }
}
