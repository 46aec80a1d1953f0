package dev.strata.bench;

/** Someone who trains until a network classifies well enough. */
interface Race {
  /**
   * Trains a new network.
   *
   * @param seed of its weights and of the rows' order
   * @return seconds of training until the finish; NaN where it is not reached
   */
  double run(Settings settings, long seed, Finish finish);

  /**
   * What may be chosen.
   *
   * @param batch rows of a worker's minibatch
   * @param every minibatches of a worker between averages
   * @param rate of Adam
   */
  record Settings(int batch, int every, double rate) {}
}
