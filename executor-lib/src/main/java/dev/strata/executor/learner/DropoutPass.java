package dev.strata.executor.learner;

import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout of a layer's input, {@code x · m / p} with m ~ Bernoulli(p) (Srivastava et al. 2014): a
 * layer of its own or the first thing that a layer does. DL4J's own object draws the mask, once a
 * step.
 */
final class DropoutPass implements HiddenPass {
  private final Layer layer;
  private final IDropout dropout;
  private final LayerWorkspaceMgr memory;

  private DropoutPass(Layer layer, IDropout dropout, LayerWorkspaceMgr memory) {
    this.layer = layer;
    this.dropout = dropout;
    this.memory = memory;
  }

  /**
   * Empty where the layer's configuration has none.
   *
   * @param memory open during a step
   */
  static Optional<DropoutPass> of(Layer layer, LayerWorkspaceMgr memory) {
    return Optional.ofNullable(layer.conf().getLayer().getIDropout())
        .map(dropout -> new DropoutPass(layer, dropout, memory));
  }

  @Override
  public Map<String, INDArray> views() {
    return Map.of();
  }

  @Override
  public INDArray forward(INDArray rows) {
    // DL4J overwrites the rows where it may; here the layer below still needs its activations.
    INDArray dropped = Nd4j.createUninitialized(rows.dataType(), rows.shape(), rows.ordering());
    return dropout.applyDropout(
        rows, dropped, layer.getIterationCount(), layer.getEpochCount(), memory);
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    if (!further) {
      dropout.clear();
      return null;
    }
    return dropout.backprop(epsilon, epsilon, layer.getIterationCount(), layer.getEpochCount());
  }
}
