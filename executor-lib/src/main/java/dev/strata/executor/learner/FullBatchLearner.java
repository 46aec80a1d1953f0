package dev.strata.executor.learner;

import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the gradient of a network's mean loss over all rows of a round at parameters that stay
 * as they are. What it has in the place of an optimizer state is that gradient, {@code [1, P]}:
 * averaged over workers with the rows as weights, it is the gradient of all rows. Minibatches are
 * summed in float64.
 */
public final class FullBatchLearner extends ForwardingLearner<NetworkLearner> {
  private static final String NOTICE =
      "Updater l-bfgs ignores updater.learning-rate and averaging.every: each epoch is one"
          + " evaluation of the loss and the gradient of all rows. The saved network has the"
          + " updater sgd.";

  private final ParameterLayout layout;
  private final INDArray before;
  private final INDArray sum;
  private final INDArray mean;
  private long rows;

  FullBatchLearner(NetworkLearner network) {
    super(network);
    network.keepsGradient();
    long size = network.layout().parameters();
    layout = new ParameterLayout(size, size, List.of());
    before = Nd4j.create(network.parameters().dataType(), network.parameters().shape());
    sum = Nd4j.zeros(DataType.DOUBLE, 1, size);
    mean = Nd4j.zeros(network.parameters().dataType(), 1, size);
  }

  /** The mean gradient of the rows since {@link #counters}. */
  @Override
  public INDArray optimizerState() {
    if (rows > 0) {
      mean.assign(sum.div(rows));
    }
    return mean;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public List<String> notices() {
    List<String> notices = new ArrayList<>(List.of(NOTICE));
    notices.addAll(IgnoredActivations.notices(network.model()));
    return notices;
  }

  @Override
  public LearningRates learningRates() {
    return LearningRates.NONE;
  }

  /** A round begins. */
  @Override
  public void counters(long iteration, int epoch) {
    super.counters(iteration, epoch);
    sum.assign(0);
    rows = 0;
  }

  /** Adds a minibatch's gradient; the parameters stay. */
  @Override
  public double step(Minibatch minibatch) {
    before.assign(parameters());
    double loss = network.step(minibatch);
    parameters().assign(before);
    INDArray gradient = network.gradient().reshape(1, sum.length());
    sum.addi(gradient.castTo(DataType.DOUBLE).muli(minibatch.rows()));
    rows += minibatch.rows();
    return loss;
  }
}
