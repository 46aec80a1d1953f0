package dev.strata.driver.job;

import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.wordvectors.PretrainedVectors;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.util.Map;
import java.util.Optional;

/**
 * Pretrained vectors of words, where {@code network.layers} names a file of them.
 *
 * @param start parameters to start from
 * @param measures how many of the words have one
 */
record InitialWordVectors(Optional<TrainingRequest.Start> start, Map<String, Double> measures) {
  /** Reads the file, and says how many words have a vector in it. */
  static InitialWordVectors of(ManagedRun run, NetworkConfiguration network, Preprocessing data) {
    Optional<PretrainedVectors> vectors =
        PretrainedVectors.of(
            run.context().hadoop(), run.settings().network(), network, data.vocabulary());
    vectors.ifPresent(v -> run.context().notice("Vectors: " + v.text() + "."));
    return new InitialWordVectors(
        vectors.map(v -> new TrainingRequest.Start(v.parameters(), StateVector.zeros(0), 0)),
        vectors.map(PretrainedVectors::measures).orElse(Map.of()));
  }
}
