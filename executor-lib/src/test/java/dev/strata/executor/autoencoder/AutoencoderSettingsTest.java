package dev.strata.executor.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.NetworkProblems.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoencoderSettingsTest {
  private static final AutoencoderSettings LEGAL =
      AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy");

  @Test
  void legalOnesHaveNoProblems() {
    assertThat(problems(LEGAL)).isEmpty();
    assertThat(problems(LEGAL.withCorruption(InputNoise.masking(0)))).isEmpty();
    assertThat(problems(LEGAL.withCorruption(InputNoise.swap(0.5)))).isEmpty();
    assertThat(problems(LEGAL.withSparsity(new Sparsity(0.05, 3)))).isEmpty();
    assertThat(problems(AutoencoderSettings.plain("relu", "identity", "squared-error"))).isEmpty();
  }

  @Test
  void eachProblemNamesKeyFoundAndExpected() {
    assertOne(
        AutoencoderSettings.plain("softmax", "sigmoid", "cross-entropy"),
        "pretrain.layers[1].activation: found softmax, expected one of sigmoid, tanh, relu, elu,"
            + " identity");
    assertOne(
        AutoencoderSettings.plain("relu", "identity", "cross-entropy"),
        "pretrain.layers[1].decoder-activation: found identity, expected sigmoid, because the loss"
            + " is cross-entropy; or use the loss squared-error");
    assertOne(
        AutoencoderSettings.plain("relu", "sigmoid", "mse"),
        "pretrain.layers[1].loss: found mse, expected one of auto, cross-entropy, squared-error");
    assertOne(
        LEGAL.withCorruption(InputNoise.masking(1)),
        "pretrain.layers[1].corruption.rate: found 1.0, expected in [0.0, 1.0)");
    assertOne(
        LEGAL.withCorruption(InputNoise.gaussian(-1)),
        "pretrain.layers[1].corruption.deviation: found -1.0, expected at least 0.0");
    assertOne(
        LEGAL.withCorruption(new InputNoise("gaussian", 0.2, 0)),
        "pretrain.layers[1].corruption.rate: found 0.2, expected"
            + " pretrain.layers[1].corruption.deviation, the standard deviation of gaussian noise;"
            + " no rate");
    assertOne(
        LEGAL.withCorruption(new InputNoise("maskin", 0, 0)),
        "pretrain.layers[1].corruption.type: found maskin, did you mean masking?, expected one of"
            + " none, masking, salt-and-pepper, gaussian, swap");
    assertOne(
        LEGAL.withCorruption(new InputNoise("salt", 0, 0)),
        "pretrain.layers[1].corruption.type: found salt, expected one of none, masking,"
            + " salt-and-pepper, gaussian, swap");
    assertOne(
        LEGAL.withContraction(-0.1),
        "pretrain.layers[1].contraction: found -0.1, expected at least 0.0");
    assertOne(
        AutoencoderSettings.plain("relu", "sigmoid", "cross-entropy")
            .withSparsity(new Sparsity(0.05, 0.1)),
        "pretrain.layers[1].sparsity.weight: found 0.1, expected 0, because the activation is"
            + " relu; sparsity needs sigmoid units");
    assertOne(
        LEGAL.withSparsity(new Sparsity(0, 0.1)),
        "pretrain.layers[1].sparsity.target: found 0.0, expected in (0, 1.0)");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThat(
            problems(LEGAL.withContraction(-1).withL2(-1).withCorruption(InputNoise.masking(1.5))))
        .hasSize(3);
  }

  private static void assertOne(AutoencoderSettings settings, String expected) {
    assertThat(problems(settings)).extracting(Problem::toString).containsExactly(expected);
  }

  private static List<Problem> problems(AutoencoderSettings settings) {
    NetworkProblems problems = new NetworkProblems();
    settings.check("pretrain.layers[1]", problems);
    return problems.list();
  }
}
