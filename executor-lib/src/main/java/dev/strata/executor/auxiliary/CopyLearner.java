package dev.strata.executor.auxiliary;

import dev.strata.executor.learner.ForwardingLearner;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.shard.Minibatch;

/**
 * Makes corrupted copies of each minibatch's rows and trains a network on what an {@link Objective}
 * makes of both. Groups are made inside the step, so that no order of rows parts them; each epoch
 * has copies of its own. A minibatch without any row that can be corrupted changes nothing and has
 * loss 0.
 */
public final class CopyLearner extends ForwardingLearner<NetworkLearner> {
  private final CorruptedGroups corrupted;
  private final CopyExamples examples;
  private long iteration;
  private int epoch;

  CopyLearner(NetworkLearner network, CorruptedGroups corrupted, CopyExamples examples) {
    super(network);
    this.corrupted = corrupted;
    this.examples = examples;
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
    return network.step(examples.of(groups));
  }
}
