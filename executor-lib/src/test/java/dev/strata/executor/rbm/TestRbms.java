package dev.strata.executor.rbm;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Machines and rows for tests. */
final class TestRbms {
  static final int INPUTS = 6;
  static final int UNITS = 4;

  private TestRbms() {}

  static UpdateSettings update(String type, double rate) {
    return new UpdateSettings(
        UpdaterSettings.of(type, rate), ScheduleSettings.none(), ClippingSettings.none());
  }

  static RbmSettings chains(String visible, int steps, boolean persistent) {
    return new RbmSettings(
        visible, "binary", steps, persistent, false, Sparsity.none(), 0, 0.01, 1);
  }

  static RbmLearner small(RbmSettings settings, UpdateSettings update) {
    BlasThreads.single();
    return new RbmSpec(INPUTS, UNITS, settings, update, 7).create();
  }

  /** Rows of two patterns with one unit in ten flipped; Gaussian ones with noise of deviation 1. */
  static double[][] rows(int count, boolean gaussian) {
    SplittableRandom random = new SplittableRandom(11);
    double[][] rows = new double[count][INPUTS];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < INPUTS; i++) {
        boolean on = i < INPUTS / 2 ^ r % 2 == 0;
        rows[r][i] =
            gaussian
                ? (on ? 1.5 : -1.5) + random.nextGaussian()
                : on ^ random.nextInt(10) == 0 ? 1 : 0;
      }
    }
    return rows;
  }

  static Minibatch minibatch(double[][] rows) {
    return minibatch(Nd4j.createFromArray(rows).castTo(DataType.FLOAT));
  }

  static Minibatch minibatch(INDArray rows) {
    INDArray[] none = new INDArray[0];
    return new Minibatch((int) rows.size(0), new INDArray[] {rows}, none, none, Optional.empty());
  }

  /**
   * One step as the engine takes it: the thread's generator is seeded before, and not by 0, which
   * ND4J replaces by the time.
   */
  static double step(RbmLearner learner, Minibatch minibatch, long iteration) {
    Nd4j.getRandom().setSeed(iteration + 1);
    return learner.step(minibatch);
  }
}
