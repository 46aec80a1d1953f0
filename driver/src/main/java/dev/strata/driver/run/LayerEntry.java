package dev.strata.driver.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code layers.jsonl}: what a round did to each layer of the network.
 *
 * @param phase as in {@link HistoryEntry}
 * @param round of the phase
 * @param iteration as in {@link HistoryEntry}
 * @param epoch passes over the data finished before this round
 * @param layers bottom to top
 * @param time end of the round, ISO 8601, UTC
 */
public record LayerEntry(
    String phase, long round, long iteration, int epoch, List<Layer> layers, String time) {
  public LayerEntry {
    layers = layers == null ? List.of() : List.copyOf(layers);
  }

  /**
   * A layer.
   *
   * @param change of its parameters; empty where it has none that are trained
   * @param outputs of its units; empty where they are not known
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Layer(String name, Optional<Change> change, Optional<Outputs> outputs) {
    public Layer {
      change = change == null ? Optional.empty() : change;
      outputs = outputs == null ? Optional.empty() : outputs;
    }
  }

  /**
   * How far the round moved the parameters, running statistics left out.
   *
   * @param parameterNorm Euclidean norm of the workers' mean after the round
   * @param changeNorm Euclidean norm of that mean minus what the round started from
   * @param updateRatio changeNorm / parameterNorm / minibatches of the round
   */
  public record Change(double parameterNorm, double changeNorm, double updateRatio) {}

  /**
   * Outputs of the units for a sample of the training rows.
   *
   * @param units number of them
   * @param rows of the sample
   * @param mean of all outputs
   * @param deviation their standard deviation
   * @param dead share of units whose output is the same for all rows
   * @param saturated share of units whose output is nearly always at a bound
   * @param low lower end of the histogram
   * @param high upper end of the histogram
   * @param counts of all outputs in bins of equal width from low to high
   */
  @RecordBuilder
  public record Outputs(
      int units,
      int rows,
      double mean,
      double deviation,
      double dead,
      double saturated,
      double low,
      double high,
      List<Long> counts) {
    public Outputs {
      counts = List.copyOf(counts);
    }
  }
}
