package dev.strata.executor.autoencoder;

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
 * An autoencoder of one hidden layer. Its flat parameters: W {@code [inputs, units]} and V {@code
 * [units, inputs]} in Fortran order, the order being W, b, V, c; without V where tied.
 *
 * @param seed of the initial weights
 * @param columns widths of the source columns among the inputs, for swap noise; empty: each input
 *     is one
 */
public record AutoencoderSpec(
    int inputs,
    int units,
    AutoencoderSettings settings,
    UpdateSettings update,
    long seed,
    List<Integer> columns)
    implements UnsupervisedSpec {
  private static final long serialVersionUID = 1L;

  public AutoencoderSpec {
    columns = List.copyOf(columns);
  }

  /** Each input is a column. */
  public AutoencoderSpec(
      int inputs, int units, AutoencoderSettings settings, UpdateSettings update, long seed) {
    this(inputs, units, settings, update, seed, List.of());
  }

  @Override
  public Optional<String> acceleratorObstacle() {
    return settings.acceleratorObstacle().or(() -> DeviceUpdate.obstacle(update));
  }

  @Override
  public AcceleratedUnsupervisedLearner create(Accelerator accelerator) {
    AutoencoderLearner learner = create();
    return new AcceleratedUnsupervisedLearner(learner, accelerator, learner::on);
  }

  @Override
  public AutoencoderLearner create() {
    return create(DataType.FLOAT);
  }

  /** A learner that computes in that type, with the same initial weights. */
  public AutoencoderLearner create(DataType type) {
    return new AutoencoderLearner(
        encoder(),
        decoder(),
        settings,
        new Corruptor(settings.corruption(), columns),
        update,
        seed,
        type);
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
