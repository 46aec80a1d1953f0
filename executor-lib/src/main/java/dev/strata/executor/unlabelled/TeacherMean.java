package dev.strata.executor.unlabelled;

import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The exponential mean of a network's parameters, θ' ← α θ' + (1 − α) θ after each step, with α =
 * min(decay, 1 − 1 / (t + 1)) in step t from 0 (Tarvainen and Valpola 2017, arXiv 1703.01780): its
 * first step makes it the network's own parameters.
 *
 * <p>It is a part of the optimizer's state, after the network's own, and is averaged with it. As it
 * is linear in the parameters, the average of the workers' means is the mean of their averages: N
 * workers that average after each step have the mean that one machine has. It is in checkpoints,
 * and with {@code averaging.optimizer-state = keep} each worker keeps its own.
 *
 * <p>Running statistics of batch normalization are means already: here they are those of the
 * network.
 */
final class TeacherMean {
  private final NetworkLearner student;
  private final INDArray teacher;
  private final double decay;
  private final INDArray state;
  private final INDArray change;
  private final long own;

  /** Whether steps have been taken since the state was last written. */
  private boolean ahead;

  /**
   * @param teacher parameters of the teacher's network, P elements
   */
  TeacherMean(NetworkLearner student, INDArray teacher, double decay) {
    this.student = student;
    this.teacher = row(teacher);
    this.decay = decay;
    this.own = student.layout().optimizerState();
    this.state =
        Nd4j.createUninitializedDetached(teacher.dataType(), 'c', 1, own + teacher.length());
    this.change = Nd4j.createUninitializedDetached(teacher.dataType(), 'c', 1, teacher.length());
    this.teacher.assign(row(student.parameters()));
    store();
  }

  /**
   * The optimizer's state of the network, then the mean, {@code [1, S + P]}, which may be written
   * to. Steps leave it as it is, until this or {@link #settle} is called again.
   */
  INDArray state() {
    settle();
    return state;
  }

  /** Writes what steps have changed to {@link #state}. */
  void settle() {
    if (ahead) {
      store();
      ahead = false;
    }
  }

  ParameterLayout layout() {
    ParameterLayout of = student.layout();
    return new ParameterLayout(of.parameters(), state.length(), of.statistics());
  }

  /**
   * Before a step: takes what was written to the state since it was settled.
   *
   * @param iteration t
   */
  void begin(long iteration) {
    if (!ahead) {
      if (own > 0) {
        row(student.optimizerState()).assign(ofNetwork());
      }
      teacher.assign(mean());
      ahead = true;
    }
    if (iteration == 0) {
      teacher.assign(row(student.parameters()));
    }
    takeStatistics();
  }

  /** After step t. */
  void end(long iteration) {
    double alpha = Math.min(decay, 1 - 1.0 / (iteration + 1));
    change.assign(row(student.parameters())).subi(teacher).muli(1 - alpha);
    teacher.addi(change);
    takeStatistics();
  }

  private void store() {
    if (own > 0) {
      ofNetwork().assign(row(student.optimizerState()));
    }
    mean().assign(teacher);
  }

  private void takeStatistics() {
    for (PooledStatistics statistics : student.layout().statistics()) {
      take(statistics.mean(), statistics.length());
      take(statistics.variance(), statistics.length());
    }
  }

  private void take(long from, int length) {
    part(teacher, from, length).assign(part(row(student.parameters()), from, length));
  }

  private INDArray ofNetwork() {
    return part(state, 0, own);
  }

  private INDArray mean() {
    return part(state, own, teacher.length());
  }

  /** A view {@code [1, n]}: DL4J gives flat vectors in either shape. */
  private static INDArray row(INDArray flat) {
    return flat.reshape(1, flat.length());
  }

  private static INDArray part(INDArray flat, long from, long length) {
    return flat.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + length));
  }
}
