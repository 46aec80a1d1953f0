package dev.strata.executor.network;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The layers of a trained sequential network that another network is built on, bottom to top.
 *
 * @param network whose lowest layers they are
 * @param names of the reused layers
 * @param inputWidth elements of an input row
 * @param widths elements of an output row of each reused layer; 0 where its output is no vector, as
 *     above convolutions
 * @param parameters number of elements at the beginning of the network's flat parameters that are
 *     theirs
 */
public record ReusedLayers(
    NetworkConfiguration network,
    List<String> names,
    int inputWidth,
    List<Integer> widths,
    long parameters) {
  public ReusedLayers {
    names = List.copyOf(names);
    widths = List.copyOf(widths);
  }

  /**
   * All layers below the output layer; all layers where there is no output layer, as in a
   * pretrained encoder.
   *
   * @param key that names the model, for errors
   * @throws StrataException (configuration) where the network is a graph, has no layer to reuse, or
   *     gives something else than a vector
   */
  public static ReusedLayers belowOutput(NetworkConfiguration network, String key) {
    if (network.kind() != NetworkConfiguration.Kind.MULTI_LAYER) {
      throw StrataException.configuration("layers of a graph cannot be put under new ones")
          .key(key)
          .found("a ComputationGraph")
          .expected("a sequential network")
          .build();
    }
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    int count = model.getnLayers();
    if (count > 0 && model.getLayer(count - 1) instanceof IOutputLayer) {
      count--;
    }
    if (count == 0) {
      throw StrataException.configuration("the model has no layer below its output layer")
          .key(key)
          .found("an output layer only")
          .expected("at least one layer to reuse")
          .build();
    }
    List<String> names = new LayerActivations(model).names().subList(0, count);
    int inputWidth = NetworkShapes.inputWidth(network);
    List<Integer> widths = widths(model, count, inputWidth);
    if (widths.get(count - 1) == 0) {
      throw StrataException.configuration("the model's last reused layer gives no vector")
          .key(key)
          .found("layer " + names.get(count - 1))
          .expected("a layer whose output of a row is a vector")
          .build();
    }
    long parameters = 0;
    for (int i = 0; i < count; i++) {
      parameters += model.getLayer(i).numParams();
    }
    return new ReusedLayers(network, names, inputWidth, widths, parameters);
  }

  /** Number of reused layers. */
  public int count() {
    return names.size();
  }

  /** Elements of an output row of the topmost. */
  public int outputWidth() {
    return widths.get(count() - 1);
  }

  /** Copies of the layers' configurations. */
  List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    network.multiLayer().getConfs().subList(0, count()).forEach(c -> layers.add(c.getLayer()));
    return layers;
  }

  /** What stands between the layers, by the index of the layer above it. */
  Map<Integer, InputPreProcessor> preprocessors() {
    Map<Integer, InputPreProcessor> all = network.multiLayer().getInputPreProcessors();
    all.keySet().removeIf(layer -> layer >= count());
    return all;
  }

  private static List<Integer> widths(MultiLayerNetwork model, int count, int inputWidth) {
    List<INDArray> outputs =
        model.feedForwardToLayer(count - 1, Nd4j.zeros(1, inputWidth), false).subList(1, count + 1);
    return outputs.stream().map(a -> a.rank() == 2 ? Math.toIntExact(a.size(1)) : 0).toList();
  }
}
