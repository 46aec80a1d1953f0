package dev.strata.driver.models;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import java.util.TreeMap;

/**
 * Record of the pretraining of one layer of an encoder.
 *
 * @param name of the layer in the encoder
 * @param kind {@code autoencoder} or {@code rbm}; {@code unroll} for the whole stack trained end to
 *     end
 * @param inputs width of its input
 * @param units width of its output
 * @param activation of its output
 * @param epochs passes over the rows
 * @param rounds of averaging
 * @param examples rows trained on, repeated epochs counted
 * @param trainSeconds spent in rounds, over all attempts
 * @param stoppedEarly whether early stopping ended it
 * @param settings what else it was trained with: key → value as text
 * @param metrics metrics on the held-out rows; empty without such rows
 */
@RecordBuilder
public record PretrainedLayer(
    String name,
    String kind,
    int inputs,
    int units,
    String activation,
    int epochs,
    long rounds,
    long examples,
    double trainSeconds,
    boolean stoppedEarly,
    Map<String, String> settings,
    Map<String, Double> metrics) {
  public PretrainedLayer {
    settings = new TreeMap<>(settings == null ? Map.of() : settings);
    metrics = new TreeMap<>(metrics == null ? Map.of() : metrics);
  }
}
