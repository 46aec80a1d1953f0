package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;

/**
 * A bundle that version 1 of the format wrote: it loads, predicts what it predicted, and goes on.
 */
class FrozenBundleTest {
  private static final String SHA256 =
      "86eda4cf9c01a3973386cdd870785dea0d2e43a8a86acf82338b86e15d69e69d";

  private static final float[] PREDICTIONS = {
    0.4438947f, 0.35992378f, 0.19618155f, 0.30210775f, 0.3572428f, 0.3406495f, 0.22507398f,
    0.33364967f, 0.44127637f, 0.27976203f, 0.35956627f, 0.3606717f, 0.34223014f, 0.38625097f,
    0.27151892f, 0.3554845f, 0.4031683f, 0.24134724f
  };

  private static Path folder() {
    try {
      return Path.of(FrozenBundleTest.class.getResource("/frozen/v1/bundle/manifest.json").toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelBundle open() {
    return BundleReader.open(new Configuration(), folder().toString(), "model");
  }

  @Test
  void isReadWhole() {
    ModelBundle bundle = open();
    assertThat(bundle.model().sha256()).isEqualTo(SHA256);
    assertThat(bundle.model().network()).isEqualTo(BundleSamples.network());
    assertThat(bundle.model().iteration()).isEqualTo(20);
    assertThat(bundle.model().epoch()).isEqualTo(2);
    assertThat(bundle.preprocessing()).isEqualTo(BundleSamples.preprocessing());
    assertThat(bundle.provenance()).isEqualTo(BundleSamples.provenance());
  }

  @Test
  void predictsWhatItPredicted() throws IOException {
    // Kernels of other processors round otherwise.
    assertThat(BundleSamples.predictions(open().model().newModel()))
        .containsExactly(PREDICTIONS, within(1e-6f));
    Model plain = ModelSerializer.restoreMultiLayerNetwork(folder().resolve("model.zip").toFile());
    assertThat(BundleSamples.predictions(plain)).containsExactly(PREDICTIONS, within(1e-6f));
  }

  @Test
  void goesOnWhereItWas() {
    var continued = ModelContinuation.of(open(), Optional.empty(), Optional.empty());
    assertThat(continued.iteration()).isEqualTo(20);
    var model = (MultiLayerNetwork) open().model().newModel();
    double before = model.score(BundleSamples.rows());
    TrainedModel after = BundleSamples.trainOn(model, continued.network(), 20);
    assertThat(after.iteration()).isEqualTo(40);
    assertThat(model.score(BundleSamples.rows())).isLessThan(before);
    float[] unbroken = BundleSamples.trained(BundleSamples.network(), 40).parameters().toFloats();
    assertThat(after.parameters().toFloats()).containsExactly(unbroken, within(1e-3f));
  }
}
