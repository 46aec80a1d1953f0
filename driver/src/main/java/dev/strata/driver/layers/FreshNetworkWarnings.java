package dev.strata.driver.layers;

import dev.strata.driver.layers.FreshNetwork.Layer;
import dev.strata.driver.run.LayerEntry.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is likely to go wrong in the training of a fresh network, with remedies. */
public final class FreshNetworkWarnings {
  /** Over this number of layers, a gradient may change by less than a factor of ten. */
  private static final int SPAN = 3;

  private static final int SHOWN = 3;
  private static final double TEN = 10;
  private static final double MANY = 0.2;
  private static final double SMALL = 0.01;
  private static final double LARGE = 100;

  private final List<String> warnings = new ArrayList<>();

  private FreshNetworkWarnings() {}

  /**
   * @param mean of all inputs
   * @param deviation of all inputs
   * @param words whether the inputs are numbers of words, which are not scaled
   */
  public static List<String> of(List<Layer> layers, double mean, double deviation, boolean words) {
    FreshNetworkWarnings found = new FreshNetworkWarnings();
    if (!words) {
      found.inputs(mean, deviation);
    }
    found.gradients(layers.stream().filter(layer -> layer.gradientNorm().isPresent()).toList());
    // The top layer's outputs are its predictions.
    found.outputs(layers.subList(0, Math.max(0, layers.size() - 1)));
    return found.warnings;
  }

  private void inputs(double mean, double deviation) {
    if (Math.abs(mean) > TEN || deviation > TEN || deviation < SMALL) {
      add(
          "The inputs are not scaled: their mean is %.3g, their standard deviation %.3g. Use"
              + " data.scaling = auto or standard.",
          mean, deviation);
    }
  }

  private void gradients(List<Layer> layers) {
    for (int i = 0; i + 1 < layers.size(); i++) {
      if (norm(layers.get(i)) == 0) {
        add(
            "The gradient of %s is 0: it does not learn. Its units are dead or saturated, or a layer"
                + " above is initialized with zero.",
            layers.get(i).name());
        return;
      }
    }
    Layer least = null;
    Layer above = null;
    double fall = 1 / TEN;
    double rise = TEN;
    Layer most = null;
    Layer below = null;
    for (int i = 0; i + SPAN < layers.size(); i++) {
      double ratio = norm(layers.get(i)) / norm(layers.get(i + SPAN));
      if (ratio < fall) {
        fall = ratio;
        least = layers.get(i);
        above = layers.get(i + SPAN);
      }
      if (ratio > rise) {
        rise = ratio;
        most = layers.get(i);
        below = layers.get(i + SPAN);
      }
    }
    if (least != null) {
      add(
          "The gradient vanishes: from %s (norm %.3g) down to %s (norm %.3g) it falls to 1/%.0f. Use"
              + " relu with init he-normal, batch-norm layers or fewer layers.",
          above.name(), norm(above), least.name(), norm(least), 1 / fall);
    }
    if (most != null) {
      add(
          "The gradient explodes: from %s (norm %.3g) down to %s (norm %.3g) it grows %.0f-fold. Use"
              + " an init with smaller weights (xavier, he-normal), batch-norm layers or"
              + " network.clipping.",
          below.name(), norm(below), most.name(), norm(most), rise);
    }
  }

  private void outputs(List<Layer> layers) {
    units(
        "are dead: they give the same output for all rows. Use init he-normal with relu or xavier"
            + " with tanh, batch-norm layers, leaky-relu or elu.",
        layers,
        Outputs::dead);
    units(
        "are saturated: nearly always at a bound of their activation. Scale the inputs"
            + " (data.scaling), or use init xavier or batch-norm layers.",
        layers,
        Outputs::saturated);
    for (Layer layer : layers) {
      if (layer.outputs().deviation() > LARGE) {
        add(
            "The outputs of %s are large: standard deviation %.3g. Scale the inputs (data.scaling),"
                + " or use an init with smaller weights.",
            layer.name(), layer.outputs().deviation());
        return;
      }
    }
  }

  /** One warning for all layers with many such units. */
  private void units(String text, List<Layer> layers, ToDoubleFunction<Outputs> share) {
    List<String> names = new ArrayList<>();
    double most = 0;
    for (Layer layer : layers) {
      double own = share.applyAsDouble(layer.outputs());
      if (own >= MANY) {
        names.add(layer.name());
        most = Math.max(most, own);
      }
    }
    if (!names.isEmpty()) {
      String all =
          names.size() > SHOWN
              ? names.get(0) + " to " + names.get(names.size() - 1)
              : String.join(", ", names);
      add("Of %s, up to %.0f %% of the units " + text, all, 100 * most);
    }
  }

  private static double norm(Layer layer) {
    return layer.gradientNorm().orElseThrow();
  }

  private void add(String text, Object... values) {
    warnings.add(String.format(Locale.ROOT, text, values));
  }
}
