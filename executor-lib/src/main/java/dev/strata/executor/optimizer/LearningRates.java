package dev.strata.executor.optimizer;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/** Learning rates of a learner's layers, by the schedules of their updaters. */
public final class LearningRates {
  /** Of a learner that has none. */
  public static final LearningRates NONE = new LearningRates(List.of());

  private final List<IUpdater> updaters;

  private LearningRates(List<IUpdater> updaters) {
    this.updaters = updaters;
  }

  /** Of these updaters; those without a learning rate are left out. */
  public static LearningRates of(List<IUpdater> updaters) {
    return new LearningRates(updaters.stream().filter(IUpdater::hasLearningRate).toList());
  }

  /** Multiplies all of them from now on, in memory: a saved network has its own. */
  public void scale(double factor) {
    Set<IUpdater> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (IUpdater updater : updaters) {
      if (seen.add(updater)) {
        IUpdater before = updater.clone();
        updater.setLrAndSchedule(before.getLearningRate(0, 0) * factor, new Scaled(before, factor));
      }
    }
  }

  /** The rates of an updater times a factor. */
  private record Scaled(IUpdater rates, double factor) implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return rates.getLearningRate(iteration, epoch) * factor;
    }

    /** Immutable. */
    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod")
    public ISchedule clone() {
      return this;
    }
  }

  /**
   * The largest one for a minibatch; empty where there is none.
   *
   * @param iteration minibatches before it
   * @param epoch passes over the rows before it
   */
  public OptionalDouble largest(long iteration, int epoch) {
    int minibatch = Math.toIntExact(iteration);
    return updaters.stream().mapToDouble(own -> own.getLearningRate(minibatch, epoch)).max();
  }
}
