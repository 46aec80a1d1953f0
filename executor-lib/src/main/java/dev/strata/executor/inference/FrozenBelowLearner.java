package dev.strata.executor.inference;

import dev.strata.executor.learner.ForwardingLearner;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.shard.Minibatch;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains the upper layers of a network whose lower ones stay as they are, in each step from the
 * rows themselves. The lower layers work as at inference (dropout off, running statistics of batch
 * normalisation), so that without dropout of the input this is training on their output computed
 * once, but for rounding: products of other numbers of rows.
 *
 * <p>Its parameters are those of the upper layers alone.
 */
public final class FrozenBelowLearner extends ForwardingLearner<Learner> {
  private final UnaryOperator<INDArray> lower;
  private final Dropout dropout;

  /**
   * @param inputDropout share of the input that is dropped
   */
  FrozenBelowLearner(MultiLayerNetwork lower, double inputDropout, Learner upper) {
    super(upper);
    this.lower = TopOutput.of(lower);
    this.dropout = inputDropout > 0 ? new Dropout(1 - inputDropout) : null;
  }

  @Override
  public double step(Minibatch minibatch) {
    INDArray rows = minibatch.inputs()[0];
    INDArray output = lower.apply(dropout == null ? rows : dropped(rows));
    return network.step(
        new Minibatch(
            minibatch.rows(),
            new INDArray[] {output},
            minibatch.labels(),
            new INDArray[0],
            minibatch.weights(),
            minibatch.rowNumbers()));
  }

  /** DL4J's number is the share that is kept; its mask is not needed again. */
  private INDArray dropped(INDArray rows) {
    INDArray kept = Nd4j.createUninitialized(rows.dataType(), rows.shape(), rows.ordering());
    INDArray result = dropout.applyDropout(rows, kept, 0, 0, LayerWorkspaceMgr.noWorkspaces());
    dropout.clear();
    return result;
  }
}
