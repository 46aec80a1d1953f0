package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An unsupervised learner whose steps an accelerator takes; the CPU measures and encodes. */
public final class AcceleratedUnsupervisedLearner extends AcceleratedLearner<UnsupervisedLearner>
    implements UnsupervisedLearner {
  /** As {@link AcceleratedLearner}. */
  public AcceleratedUnsupervisedLearner(
      UnsupervisedLearner learner, Accelerator accelerator, Function<Arrays, DeviceSteps> steps) {
    super(learner, accelerator, steps);
  }

  @Override
  public List<String> measures() {
    return network.measures();
  }

  @Override
  public double[] measure(INDArray input) {
    return network.measure(input);
  }

  @Override
  public INDArray encode(INDArray input) {
    return network.encode(input);
  }

  @Override
  public INDArray reconstruct(INDArray input) {
    return network.reconstruct(input);
  }

  @Override
  public INDArray decoderParameters() {
    return network.decoderParameters();
  }
}
