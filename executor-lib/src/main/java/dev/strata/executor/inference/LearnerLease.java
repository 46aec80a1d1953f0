package dev.strata.executor.inference;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A learner for measuring that one task has to itself until it closes the lease. Building one draws
 * all its initial weights, so that a few stay in the JVM; nothing but speed depends on that.
 */
final class LearnerLease implements AutoCloseable {
  /** Named cache: free learners, newest first. */
  private static final Deque<LearnerLease> IDLE = new ArrayDeque<>();

  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  private final UnsupervisedSpec spec;
  private final UnsupervisedLearner learner;

  private LearnerLease(UnsupervisedSpec spec, UnsupervisedLearner learner) {
    this.spec = spec;
    this.learner = learner;
  }

  /** A learner with these parameters. */
  static LearnerLease of(UnsupervisedSpec spec, StateVector parameters) {
    BlasThreads.single();
    LearnerLease known = take(spec);
    LearnerLease lease = known == null ? new LearnerLease(spec, spec.create()) : known;
    parameters.copyTo(lease.learner.parameters());
    return lease;
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

  private static LearnerLease take(UnsupervisedSpec spec) {
    synchronized (IDLE) {
      for (Iterator<LearnerLease> idle = IDLE.iterator(); idle.hasNext(); ) {
        LearnerLease candidate = idle.next();
        if (candidate.spec.equals(spec)) {
          idle.remove();
          return candidate;
        }
      }
      return null;
    }
  }
}
