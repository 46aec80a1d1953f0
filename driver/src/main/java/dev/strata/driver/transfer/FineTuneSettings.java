package dev.strata.driver.transfer;

import dev.strata.executor.network.ReuseSettings;

/**
 * The configuration section {@code fine-tune}.
 *
 * @param freeze how many of the model's lowest layers keep their parameters
 * @param inputDropout share of the network's inputs that is dropped in training
 * @param hiddenDropout share of the reused layers' outputs that is dropped in training where they
 *     enter a layer that is trained
 * @param keepActivations whether the outputs of the frozen layers stay in the run's folder
 */
public record FineTuneSettings(
    int freeze, double inputDropout, double hiddenDropout, boolean keepActivations) {
  /** Nothing is frozen, dropped or kept: the defaults. */
  public static final FineTuneSettings NONE = new FineTuneSettings(0, 0, 0, false);

  ReuseSettings reuse() {
    return new ReuseSettings(freeze, inputDropout, hiddenDropout);
  }
}
