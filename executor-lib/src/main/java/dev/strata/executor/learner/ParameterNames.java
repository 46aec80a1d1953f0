package dev.strata.executor.learner;

import dev.strata.executor.layer.LayerNames;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Names what an element of a flat parameter vector belongs to, for messages. */
public final class ParameterNames {
  private ParameterNames() {}

  /**
   * Layer and parameter of a network, such as {@code layer hidden-1, W}, or {@code layer
   * residual-1, dense-2.W} within a residual block.
   *
   * @param index of the element in the network's flat vector
   */
  public static String of(Model model, long index) {
    long start = model.params().offset();
    for (Map.Entry<String, INDArray> entry : model.paramTable().entrySet()) {
      long from = entry.getValue().offset() - start;
      if (index >= from && index < from + entry.getValue().length()) {
        int end = entry.getKey().lastIndexOf('_');
        String prefix = end < 0 ? entry.getKey() : entry.getKey().substring(0, end);
        String layer = end < 0 ? prefix : LayerNames.of(model, prefix);
        String parameter = entry.getKey().substring(end + 1);
        return "layer " + layer + ", " + LayerNames.parameter(model, prefix, parameter);
      }
    }
    return "element " + index;
  }

  /** Layer and parameter of an unsupervised learner, its layers counted from the bottom. */
  public static String of(List<DenseShape> encoder, long index) {
    long begin = 0;
    for (int i = 0; i < encoder.size(); i++) {
      DenseShape shape = encoder.get(i);
      if (index < begin + shape.parameters()) {
        boolean weights = index < begin + (long) shape.inputs() * shape.units();
        return (encoder.size() == 1 ? "encoder, " : "encoder, layer " + (i + 1) + ", ")
            + (weights ? "W" : "b");
      }
      begin += shape.parameters();
    }
    return "decoder";
  }
}
