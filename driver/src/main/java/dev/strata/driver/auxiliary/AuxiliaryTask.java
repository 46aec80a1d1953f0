package dev.strata.driver.auxiliary;

import dev.strata.executor.network.NetworkConfiguration;

/**
 * Something to be learned from rows without labels, so that the lower layers of the network that
 * learns it can be used for something else.
 */
public sealed interface AuxiliaryTask permits LearnedTask, CoOccurrenceTask {
  /** As users write it. */
  String type();

  /** What is saved: stock, its output without an activation. */
  NetworkConfiguration network();
}
