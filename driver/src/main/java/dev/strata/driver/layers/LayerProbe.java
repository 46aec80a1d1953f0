package dev.strata.driver.layers;

import dev.strata.driver.run.LayerEntry.Outputs;
import dev.strata.driver.run.LayerEntryOutputsBuilder;
import dev.strata.driver.visualization.LayerOutputSample;
import dev.strata.driver.visualization.LayerSamples;
import dev.strata.driver.visualization.SampleRows;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.UnitOutputs;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;

/** Looks at the outputs of a network's layers for the same rows again and again. */
public final class LayerProbe {
  /** Of all layers and rows together: 16 MB. */
  public static final long MOST_OUTPUTS = 4_000_000;

  private static final int BINS = 40;

  private final Model model;
  private final SampleRows rows;

  /**
   * @param network that takes the rows
   * @param parameters first of the learner's; those beyond the network's are left out
   */
  public LayerProbe(NetworkConfiguration network, SampleRows rows) {
    BlasThreads.single();
    this.model = network.newModel();
    this.rows = rows.first(LayerSamples.mostRows(network, MOST_OUTPUTS));
  }

  /**
   * @param parameters flat; elements beyond the network's are not used
   * @return name of each layer → what its units give, bottom to top
   */
  public Map<String, Outputs> outputs(StateVector parameters) {
    long own = model.params().length();
    StateVector used = parameters.length() == own ? parameters : parameters.part(0, own);
    used.copyTo(model.params());
    Map<String, Outputs> outputs = new LinkedHashMap<>();
    for (LayerOutputSample layer : LayerSamples.of(model, rows)) {
      outputs.put(layer.name(), of(layer.outputs()));
    }
    return outputs;
  }

  /** Statistics of the outputs of one layer. */
  public static Outputs of(UnitOutputs outputs) {
    double sum = 0;
    double squares = 0;
    long[] counts = new long[BINS];
    double scale = BINS / (outputs.high() - outputs.low());
    for (int row = 0; row < outputs.rows(); row++) {
      for (int unit = 0; unit < outputs.units(); unit++) {
        double value = outputs.at(row, unit);
        sum += value;
        squares += value * value;
        counts[(int) Math.max(0, Math.min(BINS - 1, (value - outputs.low()) * scale))]++;
      }
    }
    double all = (double) outputs.rows() * outputs.units();
    double mean = sum / all;
    List<Long> bins = new ArrayList<>();
    Arrays.stream(counts).forEach(bins::add);
    return LayerEntryOutputsBuilder.builder()
        .units(outputs.units())
        .rows(outputs.rows())
        .mean(mean)
        .deviation(Math.sqrt(Math.max(0, squares / all - mean * mean)))
        .dead((double) outputs.deadUnits() / outputs.units())
        .saturated((double) outputs.saturatedUnits() / outputs.units())
        .low(outputs.low())
        .high(outputs.high())
        .counts(bins)
        .build();
  }
}
