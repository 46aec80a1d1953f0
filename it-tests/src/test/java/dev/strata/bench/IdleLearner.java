package dev.strata.bench;

import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A state of any size and steps that cost nothing: what remains of a round is the round's own. */
final class IdleLearner implements Learner {
  private final INDArray parameters;
  private final INDArray state;

  private IdleLearner(Spec spec) {
    parameters = filled(spec.parameters());
    state = spec.state() == 0 ? null : filled(spec.state());
  }

  /**
   * @param parameters P, at least 1
   * @param state S; 0 for none
   */
  record Spec(int parameters, int state) implements LearnerSpec {
    @Override
    public Learner create() {
      return new IdleLearner(this);
    }

    ParameterLayout layout() {
      return new ParameterLayout(parameters, state, List.of());
    }
  }

  private static INDArray filled(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(1, length);
  }

  @Override
  public INDArray parameters() {
    return parameters;
  }

  @Override
  public INDArray optimizerState() {
    return state;
  }

  @Override
  public ParameterLayout layout() {
    return new ParameterLayout(parameters.length(), state == null ? 0 : state.length(), List.of());
  }

  @Override
  public void counters(long iteration, int epoch) {}

  @Override
  public double step(Minibatch minibatch) {
    parameters.putScalar(0, parameters.getFloat(0) + 1e-3f * (float) minibatch.rowNumbers()[0]);
    return 1;
  }
}
