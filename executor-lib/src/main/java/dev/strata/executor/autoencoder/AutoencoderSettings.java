package dev.strata.executor.autoencoder;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.kernels.Nonlinearity;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings of an autoencoder. Encoder h = f(x̃ W + b) of the corrupted input x̃, decoder r = g(h V
 * + c), V = W' where tied. Trained to lessen, in the mean over rows, the loss of r against the
 * uncorrupted x, summed over inputs, and the penalties.
 *
 * @param activation f: sigmoid, tanh, relu, elu or identity
 * @param decoderActivation g: likewise
 * @param loss cross-entropy (−Σ x ln r + (1−x) ln(1−r), from logits; g must be sigmoid and x in [0,
 *     1]) or squared-error (½ Σ (x−r)²)
 * @param tied whether V = W'
 * @param corruption of the input in training (Vincent et al. 2010)
 * @param sparsity of the representation (Ng 2011)
 * @param contraction λ of the penalty λ ‖∂h/∂x‖² (squared Frobenius norm; Rifai et al. 2011)
 * @param l2 factor of half the weights' squares in the loss; biases have none
 */
public record AutoencoderSettings(
    String activation,
    String decoderActivation,
    String loss,
    boolean tied,
    InputNoise corruption,
    Sparsity sparsity,
    double contraction,
    double l2)
    implements Serializable {
  /** The value of {@code loss} for cross-entropy from logits. */
  public static final String CROSS_ENTROPY = "cross-entropy";

  /** Of loss and decoder activation: chosen by the inputs. No autoencoder is made with it. */
  public static final String AUTO = "auto";

  /** The value of {@code loss} for half the squared error. */
  public static final String SQUARED_ERROR = "squared-error";

  private static final String ACTIVATIONS =
      "one of "
          + Arrays.stream(Nonlinearity.values())
              .map(Nonlinearity::text)
              .collect(Collectors.joining(", "));

  /** Untied, without corruption or penalties. */
  public static AutoencoderSettings plain(
      String activation, String decoderActivation, String loss) {
    return new AutoencoderSettings(
        activation, decoderActivation, loss, false, InputNoise.none(), Sparsity.none(), 0, 0);
  }

  public AutoencoderSettings withTied(boolean value) {
    return new AutoencoderSettings(
        activation, decoderActivation, loss, value, corruption, sparsity, contraction, l2);
  }

  public AutoencoderSettings withCorruption(InputNoise value) {
    return new AutoencoderSettings(
        activation, decoderActivation, loss, tied, value, sparsity, contraction, l2);
  }

  public AutoencoderSettings withSparsity(Sparsity value) {
    return new AutoencoderSettings(
        activation, decoderActivation, loss, tied, corruption, value, contraction, l2);
  }

  public AutoencoderSettings withContraction(double value) {
    return new AutoencoderSettings(
        activation, decoderActivation, loss, tied, corruption, sparsity, value, l2);
  }

  public AutoencoderSettings withL2(double value) {
    return new AutoencoderSettings(
        activation, decoderActivation, loss, tied, corruption, sparsity, contraction, value);
  }

  /**
   * The same with loss and decoder activation chosen where they are {@link #AUTO}: cross-entropy if
   * the inputs lie in [0, 1] and the decoder's activation may be sigmoid, else squared error;
   * sigmoid if the inputs lie in [0, 1], else identity.
   *
   * @param unitInputs whether all inputs lie in [0, 1]
   */
  public AutoencoderSettings forInputs(boolean unitInputs) {
    String sigmoid = Nonlinearity.SIGMOID.text();
    boolean logits =
        loss.equals(CROSS_ENTROPY)
            || loss.equals(AUTO)
                && unitInputs
                && List.of(AUTO, sigmoid).contains(decoderActivation);
    String decoder = logits || unitInputs ? sigmoid : Nonlinearity.IDENTITY.text();
    return new AutoencoderSettings(
        activation,
        decoderActivation.equals(AUTO) ? decoder : decoderActivation,
        loss.equals(AUTO) ? (logits ? CROSS_ENTROPY : SQUARED_ERROR) : loss,
        tied,
        corruption,
        sparsity,
        contraction,
        l2);
  }

  /** Why an accelerator cannot train it; empty where it can. */
  Optional<String> acceleratorObstacle() {
    if (sparsity.weight() != 0) {
      return Optional.of("the penalty sparsity.weight = " + sparsity.weight());
    }
    return contraction == 0
        ? Optional.empty()
        : Optional.of("the penalty contraction = " + contraction);
  }

  /**
   * Reports what is wrong with the settings, once everything is chosen.
   *
   * @param section path of the section that holds them, such as {@code pretrain.layers[1]}
   */
  public void check(String section, NetworkProblems problems) {
    String at = section + ".";
    checkActivation(at + "activation", activation, problems);
    checkActivation(at + "decoder-activation", decoderActivation, problems);
    if (!loss.equals(CROSS_ENTROPY) && !loss.equals(SQUARED_ERROR)) {
      problems.add(
          at + "loss", loss, "one of " + AUTO + ", " + CROSS_ENTROPY + ", " + SQUARED_ERROR);
    }
    if (loss.equals(CROSS_ENTROPY) && !decoderActivation.equals(Nonlinearity.SIGMOID.text())) {
      problems.add(
          at + "decoder-activation",
          decoderActivation,
          "sigmoid, because the loss is cross-entropy; or use the loss squared-error");
    }
    corruption.check(at + "corruption.", problems);
    sparsity.check(at + "sparsity.", activation, problems);
    problems.range(at + "contraction", contraction, 0, Double.POSITIVE_INFINITY);
    problems.range(at + "l2", l2, 0, Double.POSITIVE_INFINITY);
  }

  private static void checkActivation(String key, String name, NetworkProblems problems) {
    if (Nonlinearity.named(name).isEmpty()) {
      problems.add(key, name, ACTIVATIONS);
    }
  }
}
