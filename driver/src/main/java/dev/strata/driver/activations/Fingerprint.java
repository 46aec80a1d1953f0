package dev.strata.driver.activations;

import dev.strata.driver.models.ModelHash;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;

/**
 * What activations were computed of.
 *
 * @param formatVersion of the folder's layout
 * @param source checksum of the manifest of the rows
 * @param model hash of the network and its parameters
 * @param batch rows computed at once
 */
record Fingerprint(int formatVersion, String source, String model, int batch) {
  private static final int FORMAT_VERSION = 1;

  static Fingerprint of(
      ShardSet source, NetworkConfiguration network, StateVector parameters, int batch) {
    return new Fingerprint(
        FORMAT_VERSION,
        source.manifestSha256(),
        ModelHash.sha256(network.json(), parameters),
        batch);
  }
}
