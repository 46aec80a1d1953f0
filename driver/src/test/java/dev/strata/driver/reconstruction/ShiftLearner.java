package dev.strata.driver.reconstruction;

import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gives back its input plus its one parameter: every measure can be worked out by hand. */
final class ShiftLearner implements UnsupervisedLearner {
  private final INDArray parameters = Nd4j.zeros(1, 1);

  record Spec() implements UnsupervisedSpec {
    @Override
    public ShiftLearner create() {
      return new ShiftLearner();
    }

    @Override
    public List<DenseShape> encoder() {
      return List.of();
    }

    @Override
    public List<DenseShape> decoder() {
      return List.of();
    }
  }

  @Override
  public List<String> measures() {
    return List.of("loss", "squared-error", "squared-input");
  }

  @Override
  public double[] measure(INDArray input) {
    INDArray error = reconstruct(input).sub(input);
    double squares = error.mul(error).sumNumber().doubleValue();
    return new double[] {squares / 2, squares, input.mul(input).sumNumber().doubleValue()};
  }

  @Override
  public INDArray encode(INDArray input) {
    return input;
  }

  @Override
  public INDArray reconstruct(INDArray input) {
    return input.add(parameters.getDouble(0));
  }

  @Override
  public INDArray decoderParameters() {
    return parameters.dup();
  }

  @Override
  public INDArray parameters() {
    return parameters;
  }

  @Override
  public INDArray optimizerState() {
    return null;
  }

  @Override
  public ParameterLayout layout() {
    return new ParameterLayout(1, 0, List.of());
  }

  @Override
  public void counters(long iteration, int epoch) {}

  @Override
  public double step(Minibatch minibatch) {
    throw new UnsupportedOperationException("only measured");
  }
}
