package dev.strata.executor.inference;

import dev.strata.executor.device.Device;
import dev.strata.executor.device.TaskDevice;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A learner for measuring that one task has to itself until it closes it. Building one draws all
 * its initial weights, so that a few stay in the JVM; nothing but speed depends on that.
 */
final class PooledLearner implements AutoCloseable {
  /** Named cache: free learners, newest first. */
  private static final Deque<PooledLearner> IDLE = new ArrayDeque<>();

  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  private final UnsupervisedSpec spec;
  private final UnsupervisedLearner learner;
  private final Device device;

  private PooledLearner(UnsupervisedSpec spec, UnsupervisedLearner learner, Device device) {
    this.spec = spec;
    this.learner = learner;
    this.device = device;
  }

  /** A learner with these parameters. */
  static PooledLearner of(UnsupervisedSpec spec, StateVector parameters) {
    Device device = TaskDevice.bind(spec.computesOnGpu());
    PooledLearner known = take(spec, device);
    PooledLearner lock = known == null ? new PooledLearner(spec, spec.create(), device) : known;
    parameters.copyTo(lock.learner.parameters());
    return lock;
  }

  UnsupervisedLearner learner() {
    return learner;
  }

  /** Gives the learner back; it must not be used any more. */
  @Override
  public void close() {
    synchronized (IDLE) {
      IDLE.addFirst(this);
      while (IDLE.size() > MOST_IDLE) {
        IDLE.removeLast().learner.close();
      }
    }
  }

  private static PooledLearner take(UnsupervisedSpec spec, Device device) {
    synchronized (IDLE) {
      for (Iterator<PooledLearner> idle = IDLE.iterator(); idle.hasNext(); ) {
        PooledLearner candidate = idle.next();
        if (candidate.device.equals(device) && candidate.spec.equals(spec)) {
          idle.remove();
          return candidate;
        }
      }
      return null;
    }
  }
}
