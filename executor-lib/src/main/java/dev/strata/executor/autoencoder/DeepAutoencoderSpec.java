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
 * A stack of layers unrolled into one deep autoencoder that is trained end to end (Hinton and
 * Salakhutdinov 2006), usually from parameters of layers that were trained one by one: those of the
 * encoder bottom to top, then those of the decoder top to bottom, each W then b.
 *
 * @param encoder bottom to top
 * @param decoder top to bottom, from the last encoder layer's units back to the inputs
 * @param loss as in {@link AutoencoderSettings}
 * @param corruption of the input in training
 * @param l2 factor of half the weights' squares in the loss
 * @param seed of the weights of a new learner
 * @param columns widths of the source columns among the inputs, for swap noise; empty: each input
 *     is one
 */
public record DeepAutoencoderSpec(
    List<DenseShape> encoder,
    List<DenseShape> decoder,
    String loss,
    InputNoise corruption,
    double l2,
    UpdateSettings update,
    long seed,
    List<Integer> columns)
    implements UnsupervisedSpec {
  private static final long serialVersionUID = 1L;

  public DeepAutoencoderSpec {
    encoder = List.copyOf(encoder);
    decoder = List.copyOf(decoder);
    columns = List.copyOf(columns);
  }

  /** Each input is a column. */
  public DeepAutoencoderSpec(
      List<DenseShape> encoder,
      List<DenseShape> decoder,
      String loss,
      InputNoise corruption,
      double l2,
      UpdateSettings update,
      long seed) {
    this(encoder, decoder, loss, corruption, l2, update, seed, List.of());
  }

  @Override
  public Optional<String> acceleratorObstacle() {
    return settings().acceleratorObstacle().or(() -> DeviceUpdate.obstacle(update));
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
        encoder, decoder, settings(), new Corruptor(corruption, columns), update, seed, type);
  }

  private AutoencoderSettings settings() {
    String code = encoder.get(encoder.size() - 1).activation();
    String last = decoder.get(decoder.size() - 1).activation();
    return AutoencoderSettings.plain(code, last, loss).withCorruption(corruption).withL2(l2);
  }
}
