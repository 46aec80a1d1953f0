package dev.strata.driver.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.DefaultSettings;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.rbm.RbmSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is chosen by the inputs of a layer. */
class PretrainSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "true, kind = rbm, binary, binary",
    "false, kind = rbm, gaussian, binary",
    "false, 'kind = rbm, hidden = rectified', gaussian, gaussian",
    "true, 'kind = rbm, visible = gaussian', gaussian, binary"
  })
  void unitsOfMachinesFollowTheInputs(boolean unitInputs, String keys, String lower, String upper) {
    List<LayerPlan> layers =
        layers("[{ units = 4, " + keys + " }, { units = 3, kind = rbm }]", unitInputs);
    assertThat(rbm(layers.get(0)).visible()).isEqualTo(lower);
    assertThat(rbm(layers.get(1)).visible()).isEqualTo(upper);
  }

  @ParameterizedTest
  @CsvSource({
    "kind = rbm, 0.33",
    "'kind = rbm, hidden = rectified', 1",
    "'kind = rbm, hidden = rectified, visible-deviation = 0.7', 0.7"
  })
  void theDeviationOfVisibleUnitsFollowsTheHiddenOnes(String keys, double deviation) {
    List<LayerPlan> layers = layers("[{ units = 4, " + keys + " }]", false);
    assertThat(rbm(layers.get(0)).visibleDeviation()).isEqualTo(deviation);
  }

  @ParameterizedTest
  @CsvSource({
    "true, , cross-entropy, sigmoid",
    "false, , squared-error, identity",
    "true, ', decoder-activation = tanh', squared-error, tanh",
    "true, ', loss = squared-error', squared-error, sigmoid",
    "false, ', loss = cross-entropy', cross-entropy, sigmoid"
  })
  void lossAndDecoderFollowTheInputs(boolean unitInputs, String keys, String loss, String decoder) {
    AutoencoderSettings chosen =
        autoencoder(
            layers("[{ units = 4 " + (keys == null ? "" : keys) + " }]", unitInputs).get(0));
    assertThat(chosen.loss()).isEqualTo(loss);
    assertThat(chosen.decoderActivation()).isEqualTo(decoder);
  }

  @Test
  void theOutputOfALayerIsTheInputOfTheNext() {
    List<LayerPlan> layers =
        layers("[{ units = 4, activation = relu }, { units = 3 }, { units = 2 }]", true);
    assertThat(autoencoder(layers.get(1)).loss()).isEqualTo("squared-error");
    assertThat(autoencoder(layers.get(2)).loss()).isEqualTo("cross-entropy");
  }

  private static List<LayerPlan> layers(String layers, boolean unitInputs) {
    return DefaultSettings.read("pretrain.layers=" + layers)
        .pretrain()
        .forInputs(unitInputs)
        .layers();
  }

  private static RbmSettings rbm(LayerPlan layer) {
    return ((RbmModel) layer.model()).settings();
  }

  private static AutoencoderSettings autoencoder(LayerPlan layer) {
    return ((AutoencoderModel) layer.model()).settings();
  }
}
