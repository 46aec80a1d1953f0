package dev.strata.executor.rbm;

import dev.strata.executor.kernels.RandomNumbers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Markov chains side by side, one a row: from hidden states visible units are drawn, from these
 * hidden states, and so on.
 */
final class Chains {
  private final RbmParameters machine;
  private final Units visibleUnits;
  private final Units hiddenUnits;
  private final INDArray states;
  private final INDArray visible;
  private final INDArray hidden;

  Chains(RbmSettings settings, RbmParameters machine, long count) {
    this.machine = machine;
    visibleUnits = Units.of(settings.visible());
    hiddenUnits = Units.of(settings.hidden());
    states = machine.rows(null, count, machine.units());
    visible = machine.rows(null, count, machine.inputs());
    hidden = machine.rows(null, count, machine.units());
  }

  long count() {
    return states.size(0);
  }

  /** Where the chains stand: hidden states, {@code [count, m]}. */
  INDArray states() {
    return states;
  }

  /** Visible units after the last step, {@code [count, n]}. */
  INDArray visible() {
    return visible;
  }

  /** Means of hidden units given {@link #visible}, {@code [count, m]}. */
  INDArray hidden() {
    return hidden;
  }

  /** One step with means in the place of visible states; the hidden states stay as they are. */
  void reconstruct() {
    machine.visibleInput(states, visible);
    visibleUnits.means(visible, machine.visibleBias());
    machine.hiddenInput(visible, hidden);
    hiddenUnits.means(hidden, machine.hiddenBias());
  }

  /** Full steps, everything drawn. */
  void run(int steps, RandomNumbers random) {
    for (int step = 0; step < steps; step++) {
      machine.visibleInput(states, visible);
      visibleUnits.draw(visible, machine.visibleBias(), visible, random);
      machine.hiddenInput(visible, hidden);
      hiddenUnits.draw(hidden, machine.hiddenBias(), states, random);
    }
  }
}
