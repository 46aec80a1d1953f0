package dev.strata.executor.layer;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Outputs of a network's layers at inference (dropout off, running statistics of batch
 * normalisation). Like the network, for one thread at a time.
 */
public final class LayerActivations {
  /** Stands for the last layer, whatever its name. */
  public static final String OUTPUT = "output";

  private final Model model;
  private final List<String> names;

  public LayerActivations(Model model) {
    this.model = model;
    this.names = List.copyOf(names(model));
  }

  /**
   * Names of all layers, bottom to top; a layer without a name has {@code layerINDEX}, as DL4J has
   * it.
   */
  public List<String> names() {
    return names;
  }

  /**
   * Position of a layer by its name, its index or {@link #OUTPUT}.
   *
   * @param key named in the error
   * @throws StrataException (configuration) where there is no such layer
   */
  public int position(String layer, String key) {
    int named = names.indexOf(layer);
    if (named >= 0) {
      return named;
    }
    if (layer.equals(OUTPUT)) {
      return names.size() - 1;
    }
    if (layer.matches("\\d{1,6}") && Integer.parseInt(layer) < names.size()) {
      return Integer.parseInt(layer);
    }
    throw StrataException.configuration("the network has no such layer")
        .key(key)
        .found(layer)
        .expected("one of " + String.join(", ", names) + ", or an index below " + names.size())
        .build();
  }

  /**
   * Computes the outputs of some layers, and of nothing above the highest of them.
   *
   * @param input {@code [b, width]}
   * @return in the order of the positions, each {@code [b, width of the layer]}, C order; of a
   *     layer with a vector for each position of a text, {@code [b, numbers of a vector ·
   *     positions]}, all positions of the first number first
   */
  public List<INDArray> compute(INDArray input, List<Integer> positions) {
    Map<Integer, INDArray> all =
        forward(input, positions.stream().mapToInt(i -> i).max().orElseThrow());
    List<INDArray> chosen = new ArrayList<>();
    for (int position : positions) {
      INDArray output = all.get(position);
      long rows = output.size(0);
      chosen.add(output.dup('c').reshape('c', rows, output.length() / rows));
    }
    return chosen;
  }

  /** Elements of an output row of every layer, found by a forward pass of one row of zeros. */
  public List<Integer> widths(int inputWidth) {
    List<Integer> widths = new ArrayList<>();
    forward(Nd4j.zeros(1, inputWidth), names.size() - 1)
        .values()
        .forEach(a -> widths.add(Math.toIntExact(a.length())));
    return widths;
  }

  private Map<Integer, INDArray> forward(INDArray input, int highest) {
    Map<Integer, INDArray> outputs = new LinkedHashMap<>();
    if (model instanceof MultiLayerNetwork network) {
      // Element 0 is the input itself.
      List<INDArray> forward = SequenceMask.forward(network, highest, input);
      for (int i = 0; i <= highest; i++) {
        outputs.put(i, forward.get(i + 1));
      }
    } else {
      Map<String, INDArray> forward =
          ((ComputationGraph) model).feedForward(new INDArray[] {input}, false);
      for (int i = 0; i <= highest; i++) {
        outputs.put(i, forward.get(names.get(i)));
      }
    }
    return outputs;
  }

  private static List<String> names(Model model) {
    List<String> names = new ArrayList<>();
    if (model instanceof MultiLayerNetwork network) {
      for (int i = 0; i < network.getnLayers(); i++) {
        String name = network.getLayer(i).conf().getLayer().getLayerName();
        names.add(name == null ? "layer" + i : name);
      }
      return names;
    }
    ComputationGraph graph = (ComputationGraph) model;
    for (int vertex : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[vertex].getVertexName();
      if (!graph.getConfiguration().getNetworkInputs().contains(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
