package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.learner.AcceleratedUnsupervisedLearner;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.DeviceUpdate;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A restricted Boltzmann machine of {@code inputs} visible and {@code units} hidden units.
 *
 * @param update how its gradient becomes steps
 * @param seed of the initial weights
 */
public record RbmSpec(int inputs, int units, RbmSettings settings, UpdateSettings update, long seed)
    implements UnsupervisedSpec {
  @Override
  public Optional<String> acceleratorObstacle() {
    return DeviceUpdate.obstacle(update);
  }

  @Override
  public AcceleratedUnsupervisedLearner create(Accelerator accelerator) {
    RbmLearner learner = create();
    return new AcceleratedUnsupervisedLearner(learner, accelerator, learner::on);
  }

  @Override
  public RbmLearner create() {
    return create(DataType.FLOAT);
  }

  /** In another precision, for checks. */
  RbmLearner create(DataType type) {
    return new RbmLearner(this, type);
  }

  @Override
  public double divisorOfRows() {
    return settings.inputDivisor();
  }

  /** One layer: the probabilities or, where rectified, the noise-free values of hidden units. */
  @Override
  public List<DenseShape> encoder() {
    return List.of(new DenseShape(inputs, units, Units.of(settings.hidden()).activation()));
  }

  /** One layer, the transpose: the probabilities or means of visible units. */
  @Override
  public List<DenseShape> decoder() {
    return List.of(new DenseShape(units, inputs, Units.of(settings.visible()).activation()));
  }
}
