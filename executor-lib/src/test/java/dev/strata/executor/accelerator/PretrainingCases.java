package dev.strata.executor.accelerator;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.DeepAutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSpec;
import java.util.List;
import java.util.SplittableRandom;

/** Autoencoders and restricted Boltzmann machines with settings at random. */
final class PretrainingCases {
  private static final int INPUTS = 13;
  private static final int UNITS = 9;
  private static final List<String> ACTIVATIONS =
      List.of("sigmoid", "tanh", "relu", "elu", "identity");
  private static final List<InputNoise> NOISES =
      List.of(
          InputNoise.none(),
          InputNoise.masking(0.3),
          InputNoise.saltAndPepper(0.2),
          InputNoise.gaussian(0.1),
          InputNoise.swap(0.3));

  private final DrawnSettings drawn;

  PretrainingCases(DrawnSettings drawn) {
    this.drawn = drawn;
  }

  ParityCase autoencoder(String updater) {
    boolean logits = drawn.coin();
    AutoencoderSettings settings =
        AutoencoderSettings.plain(
                drawn.oneOf(ACTIVATIONS),
                logits ? "sigmoid" : drawn.oneOf(ACTIVATIONS),
                logits ? "cross-entropy" : "squared-error")
            .withTied(drawn.coin())
            .withCorruption(drawn.oneOf(NOISES))
            .withL2(drawn.coin() ? 0 : 0.01);
    return of(
        new AutoencoderSpec(INPUTS, UNITS, settings, drawn.update(updater), drawn.seed()),
        logits || drawn.coin());
  }

  ParityCase deep(String updater) {
    boolean logits = drawn.coin();
    List<DenseShape> encoder =
        List.of(
            new DenseShape(INPUTS, UNITS, drawn.oneOf(ACTIVATIONS)),
            new DenseShape(UNITS, 5, drawn.oneOf(ACTIVATIONS)));
    List<DenseShape> decoder =
        List.of(
            new DenseShape(5, UNITS, drawn.oneOf(ACTIVATIONS)),
            new DenseShape(UNITS, INPUTS, logits ? "sigmoid" : drawn.oneOf(ACTIVATIONS)));
    return of(
        new DeepAutoencoderSpec(
            encoder,
            decoder,
            logits ? "cross-entropy" : "squared-error",
            drawn.oneOf(NOISES),
            drawn.coin() ? 0 : 0.01,
            drawn.update(updater),
            drawn.seed()),
        logits || drawn.coin());
  }

  ParityCase rbm(String updater) {
    boolean binary = drawn.coin();
    boolean rectified = drawn.coin();
    RbmSettings settings =
        new RbmSettings(
            binary ? "binary" : "gaussian",
            rectified ? "rectified" : "binary",
            drawn.oneOf(List.of(1, 1, 3)),
            drawn.coin(),
            drawn.coin(),
            new RbmSettings.Sparsity(0.1, rectified || drawn.coin() ? 0 : 0.2, 0.9),
            drawn.coin() ? 0 : 0.01,
            0.1,
            drawn.coin() ? 1 : 0.5);
    return of(new RbmSpec(INPUTS, UNITS, settings, drawn.update(updater), drawn.seed()), binary);
  }

  /**
   * @param unit whether rows lie in [0, 1]
   */
  private ParityCase of(LearnerSpec spec, boolean unit) {
    DrawnSettings rows = new DrawnSettings(new SplittableRandom(drawn.seed()));
    return new ParityCase(spec, step -> rows.rows(step, INPUTS, unit));
  }
}
