package dev.strata.executor.auxiliary;

import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes bad copies of each minibatch's rows and trains a network on the good and the bad ones
 * together. Groups are made inside the step, so that no order of rows parts them; each epoch has
 * copies of its own. A minibatch without any row that can be corrupted changes nothing and has loss
 * 0.
 */
public final class ScoreLearner implements Learner {
  private static final INDArray[] NONE = new INDArray[0];

  private final NetworkLearner network;
  private final CorruptedGroups corrupted;
  private final int badPerGood;
  private INDArray labels;
  private long iteration;
  private int epoch;

  ScoreLearner(NetworkLearner network, CorruptedGroups corrupted, int badPerGood) {
    this.network = network;
    this.corrupted = corrupted;
    this.badPerGood = badPerGood;
  }

  @Override
  public INDArray parameters() {
    return network.parameters();
  }

  @Override
  public INDArray optimizerState() {
    return network.optimizerState();
  }

  @Override
  public ParameterLayout layout() {
    return network.layout();
  }

  @Override
  public String nameOf(long index) {
    return network.nameOf(index);
  }

  @Override
  public List<String> notices() {
    return network.notices();
  }

  @Override
  public void counters(long iterations, int epochs) {
    this.iteration = iterations;
    this.epoch = epochs;
  }

  @Override
  public double step(Minibatch minibatch) {
    CorruptedGroups.Groups groups = corrupted.of(minibatch, epoch);
    // Set each time: a step that was left out counts as well, as it does for the other workers.
    network.counters(iteration, epoch);
    iteration++;
    if (groups.groups() == 0) {
      return 0;
    }
    int rows = groups.groups() * (1 + badPerGood);
    return network.step(
        new Minibatch(
            rows,
            new INDArray[] {groups.rows()},
            new INDArray[] {labels(rows)},
            NONE,
            Optional.empty()));
  }

  /** {@code [b, 1]}: 1 for good rows, 0 for bad ones. */
  private INDArray labels(int rows) {
    if (labels == null || labels.size(0) != rows) {
      labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows, 1);
      for (int i = 0; i < rows; i++) {
        labels.putScalar(i, i % (1 + badPerGood) == 0 ? 1 : 0);
      }
    }
    return labels;
  }

  @Override
  public void close() {
    network.close();
  }
}
