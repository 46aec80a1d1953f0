package dev.strata.executor.autoencoder;

import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An autoencoder of one hidden layer. Its flat parameters: W {@code [inputs, units]} and V {@code
 * [units, inputs]} in Fortran order, the order being W, b, V, c; without V where tied.
 *
 * @param seed of the initial weights
 */
public record AutoencoderSpec(
    int inputs, int units, AutoencoderSettings settings, UpdateSettings update, long seed)
    implements UnsupervisedSpec {
  private static final long serialVersionUID = 1L;

  @Override
  public AutoencoderLearner create() {
    return create(DataType.FLOAT);
  }

  /** A learner that computes in that type, with the same initial weights. */
  public AutoencoderLearner create(DataType type) {
    return new AutoencoderLearner(encoder(), decoder(), settings, update, seed, type);
  }

  @Override
  public List<DenseShape> encoder() {
    return List.of(new DenseShape(inputs, units, settings.activation()));
  }

  @Override
  public List<DenseShape> decoder() {
    return List.of(new DenseShape(units, inputs, settings.decoderActivation()));
  }
}
