package dev.strata.executor.inference;

import dev.strata.executor.layer.LayerActivations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Outputs of chosen layers of a network at inference, and of nothing above the highest of them.
 * Plain dense layers are computed in arrays that stay, every other network as DL4J computes it. For
 * one thread at a time, like the network.
 */
public final class LayerOutputs {
  private final List<Integer> positions;
  private final Optional<DenseForward> dense;
  private final LayerActivations layers;

  private LayerOutputs(Model model, List<Integer> positions) {
    this.positions = List.copyOf(positions);
    this.dense = DenseForward.of(model, positions.stream().mapToInt(i -> i).max().orElseThrow());
    this.layers = new LayerActivations(model);
  }

  /**
   * @param positions of the layers, bottom to top from 0; at least one
   */
  public static LayerOutputs of(Model model, List<Integer> positions) {
    return new LayerOutputs(model, positions);
  }

  /**
   * @param input {@code [b, width]} in C order
   * @return in the order of the positions, each {@code [b, width of the layer]} in C order, valid
   *     until the next call
   */
  public List<INDArray> compute(INDArray input) {
    if (dense.isEmpty()) {
      return layers.compute(input, positions);
    }
    dense.get().compute(input);
    List<INDArray> outputs = new ArrayList<>();
    positions.forEach(position -> outputs.add(dense.get().output(position)));
    return outputs;
  }
}
