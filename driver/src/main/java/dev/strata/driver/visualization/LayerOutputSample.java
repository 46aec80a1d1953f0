package dev.strata.driver.visualization;

import dev.strata.executor.layer.UnitOutputs;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the units of one layer give for some rows. */
public final class LayerOutputSample {
  private final String name;
  private final String activation;
  private final String seen;
  private final UnitOutputs outputs;

  /**
   * @param activation in DL4J's lower-case spelling; empty for layers without one
   * @param seen what has an output, such as {@code rows}
   * @param output {@code [rows, units]}
   */
  LayerOutputSample(String name, String activation, String seen, INDArray output) {
    this.name = name;
    this.seen = seen;
    this.activation = activation;
    this.outputs =
        new UnitOutputs(
            activation, output.dup('c').data().asFloat(), Math.toIntExact(output.size(1)));
  }

  /** The layer's name. */
  public String name() {
    return name;
  }

  /** In DL4J's lower-case spelling; empty for layers without one. */
  public String activation() {
    return activation;
  }

  /** What a row of the outputs is of. */
  String seen() {
    return seen;
  }

  /** The outputs themselves. */
  public UnitOutputs outputs() {
    return outputs;
  }

  /** Mean of all outputs. */
  public double mean() {
    return IntStream.range(0, outputs.units())
        .mapToDouble(outputs::mean)
        .average()
        .orElse(Double.NaN);
  }

  /** In words. */
  String finding() {
    String text =
        String.format(
            Locale.ROOT,
            "%s: of %,d units%s, on %,d %s: %,d dead (%.1f %%), %,d saturated (%.1f %%); mean output"
                + " %.3g",
            name,
            outputs.units(),
            activation.isEmpty() ? "" : " (" + activation + ")",
            outputs.rows(),
            seen,
            outputs.deadUnits(),
            100.0 * outputs.deadUnits() / outputs.units(),
            outputs.saturatedUnits(),
            100.0 * outputs.saturatedUnits() / outputs.units(),
            mean());
    double zeros = outputs.zeros();
    return zeros > 0.001
        ? text + String.format(Locale.ROOT, ", %.1f %% of the outputs are 0.", 100 * zeros)
        : text + ".";
  }
}
