package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigRenderOptions;
import dev.strata.executor.failure.StrataException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HiddenLayersTest {
  private static final String TWO =
      "[{ type = dense, units = 8, name = a }, { type = batch-norm }, { type = dropout, rate = 0.1"
          + " }, { type = dense, units = 4, activation = tanh, name = b }, { type = output }]";

  private static String changed(String layers, Map<String, String> changes) {
    ConfigList list = ConfigFactory.parseString("l = " + layers).getList("l");
    return HiddenLayers.changed(list, changes)
        .render(ConfigRenderOptions.concise())
        .replace("\"", "");
  }

  @Test
  void changesEachDenseLayer() {
    assertThat(changed(TWO, Map.of("units", "16", "activation", "elu")))
        .isEqualTo(
            "[{activation:elu,name:a,type:dense,units:16},{type:batch-norm},"
                + "{rate:0.1,type:dropout},{activation:elu,name:b,type:dense,units:16},"
                + "{type:output}]");
  }

  @Test
  void dropoutTakesThePlaceOfTheOneThatIsThere() {
    assertThat(changed(TWO, Map.of("dropout", "0.3")))
        .isEqualTo(
            "[{name:a,type:dense,units:8},{type:batch-norm},{rate:0.3,type:dropout},"
                + "{activation:tanh,name:b,type:dense,units:4},{rate:0.3,type:dropout},"
                + "{type:output}]");
    assertThat(changed(TWO, Map.of("dropout", "0.0"))).doesNotContain("dropout");
  }

  /** A dense layer's own dropout drops the outputs of the layer below it. */
  @Test
  void dropoutTakesThePlaceOfTheNextLayersOwn() {
    String layers =
        "[{ type = dense, units = 8, dropout = 0.1 }, { type = dense, units = 4, dropout = 0.5 },"
            + " { type = output }]";
    assertThat(changed(layers, Map.of("dropout", "0.3")))
        .isEqualTo(
            "[{dropout:0.1,type:dense,units:8},{rate:0.3,type:dropout},"
                + "{type:dense,units:4},{rate:0.3,type:dropout},{type:output}]");
  }

  @Test
  void networksWithoutDenseLayersAreRefused() {
    for (String layers : new String[] {"[{ type = output }]", "[dense, output]"}) {
      assertThatThrownBy(() -> changed(layers, Map.of("units", "3")))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("network.layers");
    }
  }

  @Test
  void theLastBlockIsRepeatedWithoutItsName() {
    assertThat(changed(TWO, Map.of("count", "3")))
        .endsWith(
            "{activation:tanh,name:b,type:dense,units:4},{activation:tanh,type:dense,units:4},"
                + "{type:output}]");
    assertThat(changed(TWO, Map.of("count", "1")))
        .isEqualTo(
            "[{name:a,type:dense,units:8},{type:batch-norm},{rate:0.1,type:dropout},"
                + "{type:output}]");
  }

  /** Those that are as wide as the layer below, and those that are not linear. */
  @Test
  void layersWithinResidualBlocksChangeWithTheLayerBelow() {
    String layers =
        "[{ type = dense, units = 8 }, { type = residual, layers = [{ type = dense, units = 3 },"
            + " { type = dense, units = 8, activation = identity }] }, { type = output }]";
    assertThat(changed(layers, Map.of("units", "16", "activation", "elu")))
        .isEqualTo(
            "[{activation:elu,type:dense,units:16},{layers:[{activation:elu,type:dense,units:3},"
                + "{activation:identity,type:dense,units:16}],type:residual},{type:output}]");
  }
}
