package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in what is to be pretrained, and rows that do not suit it. */
class BadPretrainingTest {
  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{units=0}] | pretrain.layers[0].units | at least 1",
        "[{units=3},{}] | pretrain.layers[1].units | the width of the layer's output",
        "[{units=3,corruption{type=masking,rate=1}}] | pretrain.layers[0].corruption.rate | in"
            + " [0.0, 1.0)",
        "[{units=3,corruption{type=masking,rate=-0.1}}] | pretrain.layers[0].corruption.rate |"
            + " -0.1",
        "[{units=3,unit=4}] | pretrain.layers[0].unit | did you mean pretrain.layers[0].units?",
        "[{units=3,updater{rate=4}}] | pretrain.layers[0].updater.rate | unknown key",
        "[{units=3,updater{learning-rate=-4}}] | pretrain.layers[0].updater.learning-rate | greater"
            + " than 0",
        "[{units=3,kind=autoencodr}] | pretrain.layers[0].kind | one of autoencoder, rbm",
        "[{type=convolution,filters=3}] | pretrain.layers[0].type | cannot become a"
            + " convolution's",
        "[{type=batch-norm}] | pretrain.layers[0].type | no weights to" + " pretrain",
        "[{units=3,kind=batch-norm}] | pretrain.layers[0].kind | no weights to" + " pretrain",
        "[{units=3,loss=cross-entropy,decoder-activation=tanh}] | pretrain.layers[0].decoder-activation | or use the"
            + " loss squared-error",
        "[{units=3,activation=relu},{units=2,kind=rbm,visible=binary}] | pretrain.layers[1].visible | has the"
            + " activation relu",
        "[{units=3,activation=tanh},{units=2,loss=cross-entropy}] | pretrain.layers[1].loss | has the activation"
            + " tanh",
        "[{units=3,kind=rbm,gibbs-steps=0}] | pretrain.layers[0].gibbs-steps | 0",
        "[{units=3,name=a},{units=2,name=a}] | pretrain.layers[1].name | a unique name",
        "[{units=3,early-stopping{metric=free-energy-gap}}] | pretrain.layers[0].early-stopping.metric |"
            + " because only RBMs (kind = rbm) have a free energy",
        "[{units=3,kind=rbm,early-stopping{metric=free-energy-gap,patience=3}}] |"
            + " pretrain.layers[0].early-stopping.min-delta | greater than 0 with metric ="
            + " free-energy-gap",
        "[{units=3,kind=rbm,early-stopping{metric=accuracy}}] | pretrain.layers[0].early-stopping.metric |"
            + " one of loss, free-energy-gap",
        "[] | pretrain.layers | required key not set"
      })
  void aWrongKeyIsNamed(String layers, String key, String words) {
    CommandResult result =
        bench.run("pretrain", "out", "pretrain.layers=" + layers, "data.scaling=min-max");
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
  }

  @Test
  void binaryUnitsOnOtherValuesNameTheScalingToUse() {
    for (String layer :
        new String[] {"{units=3,kind=rbm,visible=binary}", "{units=3,loss=cross-entropy}"}) {
      CommandResult result =
          bench.run(
              "pretrain",
              "out",
              "pretrain.layers=[" + layer + "]",
              "data.scaling=none",
              "--overwrite");
      assertThat(result.err())
          .contains("[0, 1]", "data.scaling", "min-max", "divide-by", "found: ")
          .doesNotContain("\tat ");
      result.expect(3);
    }
    CommandResult standard =
        bench.run(
            "pretrain",
            "out",
            "pretrain.layers=[{units=3,loss=cross-entropy}]",
            "data.scaling=standard");
    assertThat(standard.err()).contains("data.scaling", "standard", "min-max");
    standard.expect(2);
  }

  @Test
  void stoppingEarlyNeedsRowsHeldBack() {
    CommandResult result =
        bench.run(
            "pretrain",
            "out",
            "pretrain.layers=[{units=3,early-stopping{patience=1}}]",
            "data.scaling=min-max",
            "data.split.validation=0");
    assertThat(result.err()).contains("data.validation", "data.split.validation");
    result.expect(2);
  }

  @Test
  void checkDescribesTheStackAndNeedsNoLabel() {
    CommandResult result =
        bench.run(
            "check",
            "out",
            "data.label=null",
            "data.exclude=[kind]",
            "network.layers=[]",
            "data.scaling=min-max",
            "pretrain.layers=[{units=30},{units=20,kind=rbm,epochs=7,name=top}]",
            "pretrain.unroll.epochs=5");
    result.expect(0);
    assertThat(result.out())
        .contains("Pretraining, bottom to top", "end-to-end training of the whole stack: 5 epochs")
        .containsPattern("hidden-1 +autoencoder +sigmoid +\\? +30")
        .containsPattern("top +rbm +sigmoid +30 +20 +620 +adam +7")
        .doesNotContain("Network:");
  }
}
