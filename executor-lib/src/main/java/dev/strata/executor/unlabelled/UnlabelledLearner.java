package dev.strata.executor.unlabelled;

import dev.strata.executor.learner.ForwardingLearner;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.loss.TwoPartLoss;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.MinibatchTargets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a classifier on labelled and unlabelled rows in one step, by the loss that {@link
 * UnlabelledLoss} describes. A step is the network's own on both as one minibatch, so that dropout,
 * batch normalization, clipping and regularization are what they are in plain training. While the
 * weight is 0, a step is plain training on the labelled rows: bit for bit, or where the loss is a
 * squared difference, whose loop is another one, but for rounding.
 */
public final class UnlabelledLearner extends ForwardingLearner<NetworkLearner> {
  private final Targets targets;
  private final LongToDoubleFunction weights;
  private final long stepsBefore;
  private final Optional<TwoPartLoss> loss;
  private final Optional<TeacherMean> teacher;
  private final MinibatchTargets labelling;
  private final JointRows joint = new JointRows();
  private long iteration;
  private int epoch;

  /**
   * @param weights the weight of the unlabelled rows in a step, counted over the whole training
   * @param stepsBefore steps of the phases before
   * @param loss of the network, where unlabelled rows have another one than labelled rows
   * @param labelling of the labelled rows
   */
  UnlabelledLearner(
      NetworkLearner network,
      Targets targets,
      LongToDoubleFunction weights,
      long stepsBefore,
      Optional<TwoPartLoss> loss,
      Optional<TeacherMean> teacher,
      MinibatchTargets labelling) {
    super(network);
    this.targets = targets;
    this.weights = weights;
    this.stepsBefore = stepsBefore;
    this.loss = loss;
    this.teacher = teacher;
    this.labelling = labelling;
  }

  @Override
  public INDArray optimizerState() {
    return teacher.map(TeacherMean::state).orElseGet(network::optimizerState);
  }

  @Override
  public double settle() {
    teacher.ifPresent(TeacherMean::settle);
    return super.settle();
  }

  @Override
  public ParameterLayout layout() {
    return teacher.map(TeacherMean::layout).orElseGet(network::layout);
  }

  /** The network itself, for inference and saving. */
  public NetworkLearner network() {
    return network;
  }

  @Override
  public void counters(long iterations, int epochs) {
    this.iteration = iterations;
    this.epoch = epochs;
  }

  @Override
  public double step(Minibatch given) {
    Minibatch minibatch = labelling.of(given);
    teacher.ifPresent(mean -> mean.begin(iteration));
    network.counters(iteration, epoch);
    double weight = weights.applyAsDouble(stepsBefore + iteration);
    double score = weight == 0 ? labelled(minibatch) : joint(minibatch, weight);
    teacher.ifPresent(mean -> mean.end(iteration));
    iteration++;
    return score;
  }

  /** What the next step will train on, for tests. */
  Targets.Guess begun(Minibatch minibatch) {
    teacher.ifPresent(mean -> mean.begin(iteration));
    return guess(minibatch);
  }

  private Targets.Guess guess(Minibatch minibatch) {
    long[] numbers = minibatch.rowNumbers();
    return targets.of(
        JointRows.unlabelled(minibatch),
        Arrays.copyOfRange(numbers, minibatch.rows(), numbers.length),
        stepsBefore + iteration);
  }

  private double labelled(Minibatch minibatch) {
    return network.step(JointRows.labelled(minibatch));
  }

  private double joint(Minibatch minibatch, double weight) {
    Minibatch both = joint.of(minibatch, guess(minibatch), weight);
    loss.ifPresent(parts -> parts.first(minibatch.rows()));
    try {
      return network.step(both);
    } finally {
      // What is scored with this network next is labelled.
      loss.ifPresent(parts -> parts.first(Integer.MAX_VALUE));
    }
  }
}
