package dev.strata.executor.optimizer;

import dev.strata.executor.layer.Residual;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Offset of the learning rate schedule of a phase whose optimizer and iteration start at 0: the
 * schedule continues after the phases before, while bias correction counts from 0.
 *
 * @param iterations minibatches of the phases before
 * @param epochs of the phases before
 */
public record ScheduleOffset(int iterations, int epochs) implements Serializable {
  /** Training that begins. */
  public static final ScheduleOffset NONE = new ScheduleOffset(0, 0);

  /** Moves the schedules of a layer that is not initialised yet. */
  public void apply(NeuralNetConfiguration layer) {
    if (!equals(NONE)) {
      Residual.parts(layer.getLayer()).forEach(this::apply);
    }
  }

  private void apply(Layer layer) {
    if (!(layer instanceof BaseLayer base)) {
      return;
    }
    if (base.getIUpdater() != null) {
      base.setIUpdater(moved(base.getIUpdater()));
    }
    if (base.getBiasUpdater() != null) {
      base.setBiasUpdater(moved(base.getBiasUpdater()));
    }
  }

  private IUpdater moved(IUpdater updater) {
    if (!updater.hasLearningRate()) {
      return updater;
    }
    IUpdater moved = updater.clone();
    moved.setLrAndSchedule(updater.getLearningRate(0, 0), new Moved(updater, this));
    return moved;
  }

  /** The rates of an updater, read further on. Only in memory: a saved network has its own. */
  private record Moved(IUpdater rates, ScheduleOffset by) implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return rates.getLearningRate(iteration + by.iterations, epoch + by.epochs);
    }

    /** Immutable. */
    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod")
    public ISchedule clone() {
      return this;
    }
  }
}
