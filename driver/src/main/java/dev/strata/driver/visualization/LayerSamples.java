package dev.strata.driver.visualization;

import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Outputs of all layers of a network for some rows. */
public final class LayerSamples {
  private static final int FEWEST_ROWS = 20;

  private LayerSamples() {}

  /** Bottom to top. */
  public static List<LayerOutputSample> of(Model model, SampleRows rows) {
    LayerActivations activations = new LayerActivations(model);
    return of(model, rows, activations.names(), outputs(activations, rows));
  }

  /**
   * As above, as in training: batch normalization by the rows' own statistics, dropout on. Of a
   * text network as at inference.
   */
  public static List<LayerOutputSample> inTraining(Model model, SampleRows rows) {
    if (SequenceMask.isFor(model)) {
      return of(model, rows);
    }
    List<String> names = new LayerActivations(model).names();
    List<INDArray> outputs = new ArrayList<>();
    if (model instanceof MultiLayerNetwork network) {
      // Element 0 is the input itself.
      network.feedForward(rows.array(), true).stream().skip(1).forEach(a -> outputs.add(flat(a)));
    } else {
      Map<String, INDArray> forward =
          ((ComputationGraph) model).feedForward(new INDArray[] {rows.array()}, true);
      names.forEach(name -> outputs.add(flat(forward.get(name))));
    }
    return of(model, rows, names, outputs);
  }

  private static INDArray flat(INDArray output) {
    return output.dup('c').reshape('c', output.size(0), output.length() / output.size(0));
  }

  /**
   * Number of rows whose outputs of all layers have at most so many numbers; at least 20.
   *
   * @param outputs most numbers
   */
  public static int mostRows(NetworkConfiguration network, long outputs) {
    long width = network.describe().layers().stream().mapToLong(LayerReport::width).sum();
    return (int) Math.max(FEWEST_ROWS, Math.min(Integer.MAX_VALUE, outputs / Math.max(1, width)));
  }

  static List<INDArray> outputs(LayerActivations activations, SampleRows rows) {
    int layers = activations.names().size();
    return activations.compute(rows.array(), IntStream.range(0, layers).boxed().toList());
  }

  static List<LayerOutputSample> of(
      Model model, SampleRows rows, List<String> names, List<INDArray> outputs) {
    WordOutputs words = new WordOutputs(model, rows);
    List<LayerOutputSample> samples = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Layer layer = layer(model, names, i);
      boolean ofWords = words.has(layer);
      INDArray output = ofWords ? words.of(outputs.get(i)) : outputs.get(i);
      String seen = ofWords ? "words" : "rows";
      samples.add(new LayerOutputSample(names.get(i), activation(layer), seen, output));
    }
    return samples;
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
