package dev.strata.executor.network;

import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.ResidualLayer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Shapes and sizes of a network, for people.
 *
 * @param inputWidth elements of an input row
 * @param layers bottom to top
 * @param parameters P, of all layers
 * @param optimizerState S, floats that the updater keeps
 */
public record NetworkReport(
    int inputWidth, List<LayerReport> layers, long parameters, long optimizerState) {
  /**
   * @param name as features are named
   * @param kind DL4J's name of the layer's class, such as DenseLayer
   * @param activation as DL4J writes it; empty where the layer has none
   * @param width elements of an output row
   * @param parameters of the layer
   * @param within of a residual block, its layers
   */
  public record LayerReport(
      String name,
      String kind,
      String activation,
      int width,
      long parameters,
      List<LayerReport> within) {
    public LayerReport {
      within = List.copyOf(within);
    }

    /** Of a layer that is no residual block. */
    public LayerReport(String name, String kind, String activation, int width, long parameters) {
      this(name, kind, activation, width, parameters, List.of());
    }

    private long allWidths() {
      return width + within.stream().mapToLong(LayerReport::allWidths).sum();
    }
  }

  public NetworkReport {
    layers = List.copyOf(layers);
  }

  static NetworkReport of(NetworkConfiguration configuration) {
    Model model = configuration.newModel();
    int inputWidth = NetworkShapes.inputWidth(configuration);
    List<LayerReport> reports = new ArrayList<>();
    LayerActivations activations = new LayerActivations(model);
    List<Integer> widths = activations.widths(inputWidth);
    List<String> names = activations.names();
    for (int i = 0; i < names.size(); i++) {
      reports.add(layer(model, i, names.get(i), widths.get(i)));
    }
    return new NetworkReport(inputWidth, reports, model.numParams(), stateLength(model));
  }

  /** Bytes of the parameters, float32. */
  public long parameterBytes() {
    return 4 * parameters;
  }

  /** Bytes of the updater's state, float32. */
  public long optimizerBytes() {
    return 4 * optimizerState;
  }

  /** Bytes of all activations of a minibatch and of their gradients, float32. */
  public long activationBytes(int batchSize) {
    long width = layers.stream().mapToLong(LayerReport::allWidths).sum() + inputWidth;
    return 2 * 4 * width * batchSize;
  }

  /** A table: one line a layer, then the sums. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            "%-24s %-20s %-14s %10s %14s%n", "layer", "kind", "activation", "width", "parameters"));
    out.append(String.format("%-24s %-20s %-14s %10d %14s%n", "input", "", "", inputWidth, ""));
    layers.forEach(layer -> append(out, layer, ""));
    out.append(String.format("%-24s %-20s %-14s %10s %,14d%n", "all", "", "", "", parameters));
    return out.toString();
  }

  private static void append(StringBuilder out, LayerReport l, String indent) {
    out.append(
        String.format(
            "%-24s %-20s %-14s %10d %,14d%n",
            indent + l.name, l.kind, l.activation, l.width, l.parameters));
    l.within.forEach(inner -> append(out, inner, indent + "  "));
  }

  private static LayerReport layer(Model model, int index, String name, int width) {
    if (model instanceof MultiLayerNetwork network) {
      return layer(network.getLayer(index), name, width);
    }
    var vertex = ((ComputationGraph) model).getVertex(name);
    return vertex.hasLayer()
        ? layer(vertex.getLayer(), name, width)
        : new LayerReport(name, vertex.getClass().getSimpleName(), "", width, 0);
  }

  private static LayerReport layer(Layer made, String name, int width) {
    var layer = made.conf().getLayer();
    long parameters = made.numParams();
    if (made instanceof ResidualLayer block) {
      List<LayerReport> within = new ArrayList<>();
      for (int i = 0; i < block.layers().size(); i++) {
        Layer inner = block.layers().get(i);
        within.add(layer(inner, inner.conf().getLayer().getLayerName(), block.widths().get(i)));
      }
      String survival = block.survival() < 1 ? "survival " + block.survival() : "";
      return new LayerReport(
          name, layer.getClass().getSimpleName(), survival, width, parameters, within);
    }
    // DL4J's batch normalization applies none, whatever it names.
    boolean applied = parameters > 0 && !(layer instanceof BatchNormalization);
    String activation =
        applied && layer instanceof BaseLayer base && base.getActivationFn() != null
            ? base.getActivationFn().toString()
            : "";
    return new LayerReport(name, layer.getClass().getSimpleName(), activation, width, parameters);
  }

  private static long stateLength(Model model) {
    var state =
        model instanceof MultiLayerNetwork network
            ? network.getUpdater().getStateViewArray()
            : ((ComputationGraph) model).getUpdater().getStateViewArray();
    return state == null ? 0 : state.length();
  }
}
