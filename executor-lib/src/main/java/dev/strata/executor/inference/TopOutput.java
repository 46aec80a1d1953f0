package dev.strata.executor.inference;

import dev.strata.executor.layer.LayerActivations;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The output of a network's last layer at inference, by the shortest way that there is. */
public final class TopOutput {
  private TopOutput() {}

  /**
   * Rows {@code [b, …]} → {@code [b, units]} in C order, valid until the next call. For one thread
   * at a time, like the network.
   */
  public static UnaryOperator<INDArray> of(Model model) {
    Optional<DenseForward> dense = DenseForward.of(model);
    if (dense.isPresent()) {
      return rows -> dense.get().compute(flat(rows));
    }
    LayerActivations layers = new LayerActivations(model);
    List<Integer> top = List.of(layers.names().size() - 1);
    return rows -> layers.compute(rows, top).get(0);
  }

  private static INDArray flat(INDArray rows) {
    long count = rows.size(0);
    return rows.rank() == 2 ? rows : rows.reshape('c', count, rows.length() / count);
  }
}
