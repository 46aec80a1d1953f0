package dev.strata.driver.visualization;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures of what a network has learnt: filters of its first layer, rows beside their
 * reconstructions, outputs of each layer. A function of the network and the rows alone. What a
 * network has nothing to show of is left out.
 */
public final class NetworkPictures {
  private static final int MOST_LAYERS = 12;

  /** Of all layers and rows together: 160 MB. A wide network is seen by fewer rows. */
  private static final long MOST_OUTPUTS = 40_000_000;

  private static final int FEWEST_ROWS = 20;

  private NetworkPictures() {}

  /** All pictures, in the order in which they are read. */
  public static List<Picture> of(NetworkSnapshot sight) {
    List<Picture> pictures = new ArrayList<>();
    if (sight.rows().rows() == 0) {
      return pictures;
    }
    BlasThreads.single();
    Model model = sight.network().newModel(sight.parameters().toFloats());
    LayerActivations activations = new LayerActivations(model);
    List<String> names = activations.names();
    FilterPicture.of(model, names, sight.rows()).ifPresent(pictures::add);
    SampleRows rows = sight.rows().first(mostRows(sight.network()));
    List<INDArray> outputs =
        activations.compute(rows.array(), IntStream.range(0, names.size()).boxed().toList());
    INDArray top = outputs.get(outputs.size() - 1);
    sight
        .decoder()
        .map(decoder -> ReconstructionPicture.of(decoder, top, rows))
        .ifPresent(pictures::add);
    WordOutputs words = new WordOutputs(model, rows);
    for (int i = 0; i < Math.min(MOST_LAYERS, names.size()); i++) {
      Layer layer = layer(model, names, i);
      boolean ofWords = words.has(layer);
      INDArray output = ofWords ? words.of(outputs.get(i)) : outputs.get(i);
      String seen = ofWords ? "words" : "rows";
      pictures.add(
          ActivationPicture.of(
              i + 1, new LayerOutputSample(names.get(i), activation(layer), seen, output)));
    }
    return pictures;
  }

  private static int mostRows(NetworkConfiguration network) {
    long width = network.describe().layers().stream().mapToLong(LayerReport::width).sum();
    return (int) Math.max(FEWEST_ROWS, Math.min(Integer.MAX_VALUE, MOST_OUTPUTS / width));
  }

  /** Null where a graph has no layer there but another vertex. */
  static Layer layer(Model model, List<String> names, int index) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayer(index)
        : ((ComputationGraph) model).getLayer(names.get(index));
  }

  private static String activation(Layer layerOrNull) {
    if (layerOrNull != null && layerOrNull.conf().getLayer() instanceof BaseLayer base) {
      IActivation function = base.getActivationFn();
      return function == null ? "" : function.toString().toLowerCase(Locale.ROOT);
    }
    return "";
  }
}
