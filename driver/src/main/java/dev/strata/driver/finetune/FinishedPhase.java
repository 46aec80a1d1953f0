package dev.strata.driver.finetune;

import dev.strata.executor.round.StateVector;

/**
 * What a phase of fine-tuning left.
 *
 * @param counters of its training
 * @param parameters of the whole network
 */
record FinishedPhase(Counters counters, StateVector parameters) {
  /**
   * How the phase went.
   *
   * @param dataSha256 of the manifest of the run's training rows
   * @param epochs finished, counted within the phase
   * @param rounds likewise
   * @param iterations likewise: minibatches of the longest worker
   * @param examples likewise
   */
  record Counters(
      String dataSha256,
      int epochs,
      long rounds,
      long iterations,
      long examples,
      double trainSeconds,
      boolean stoppedEarly) {}
}
