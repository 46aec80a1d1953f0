package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DecoderTest {
  private static final NetworkConfiguration ENCODER =
      EncoderNetwork.of(
          List.of(
              new EncoderNetwork.Layer("hidden-1", 3, 2, "sigmoid"),
              new EncoderNetwork.Layer("hidden-2", 2, 1, "sigmoid")),
          UpdaterSettings.of("adam", 0.001),
          7);

  /** 1 → 2 → 3. */
  private static final Decoder DECODER =
      new Decoder(
          List.of(new DenseShape(1, 2, "tanh"), new DenseShape(2, 3, "identity")),
          StateVector.of(
              new float[] {0.3f, -0.6f, 0.1f, 0.2f, 1, 2, 3, 4, 5, 6, -1, -2, Float.MIN_VALUE}));

  @TempDir Path folder;
  private final Configuration configuration = new Configuration();

  private void write(Optional<Decoder> decoder) {
    TrainedModel model =
        new TrainedModel(
            ENCODER, StateVector.of(ENCODER.newModel().params()), StateVector.zeros(0), 0, 0);
    Provenance provenance =
        BundleSamples.provenance()
            .with(
                List.of(
                    PretrainedLayerBuilder.builder()
                        .name("hidden-1")
                        .kind("rbm")
                        .inputs(3)
                        .units(2)
                        .activation("sigmoid")
                        .epochs(4)
                        .rounds(5)
                        .examples(60)
                        .trainSeconds(1.5)
                        .stoppedEarly(true)
                        .settings(Map.of("gibbs-steps", "1"))
                        .metrics(Map.of("loss", 0.25))
                        .build()));
    BundleWriter.write(
        configuration,
        folder.toString(),
        model,
        SampleBundles.preprocessing(
            new FeatureColumn("row", ColumnKind.VECTOR, 3), false, Scaling.NONE),
        provenance,
        decoder);
  }

  private ModelBundle read() {
    return BundleReader.open(configuration, folder.toString(), "model");
  }

  @Test
  void comesBackBitForBitWithTheStoryOfItsLayers() {
    write(Optional.of(DECODER));
    Decoder found = read().decoder().orElseThrow();
    assertThat(found.layers()).isEqualTo(DECODER.layers());
    assertThat(found.parameters().toFloats()).containsExactly(DECODER.parameters().toFloats());
    assertThat(read().provenance().layers())
        .singleElement()
        .satisfies(
            layer -> {
              assertThat(layer.name()).isEqualTo("hidden-1");
              assertThat(layer.settings()).containsEntry("gibbs-steps", "1");
              assertThat(layer.metrics()).containsEntry("loss", 0.25);
            });
  }

  @Test
  void decodesAsByHand() {
    var network = (MultiLayerNetwork) DECODER.network().newModel(DECODER.parameters().toFloats());
    INDArray output = network.output(Nd4j.createFromArray(new float[][] {{0.5f}}));
    double first = Math.tanh(0.3 * 0.5 + 0.1);
    double second = Math.tanh(-0.6 * 0.5 + 0.2);
    assertThat(output.getDouble(0)).isCloseTo(first + 2 * second - 1, within(1e-6));
    assertThat(output.getDouble(2)).isCloseTo(5 * first + 6 * second, within(1e-6));
  }

  /** NumPy's bytes: version 1.0, C order, rows of W are inputs. */
  @Test
  void arraysAreReadByAnyTool() throws IOException {
    write(Optional.of(DECODER));
    byte[] file = Files.readAllBytes(folder.resolve("decoder-2-weights.npy"));
    String header = new String(file, StandardCharsets.ISO_8859_1);
    assertThat(header).contains("'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    var values =
        ByteBuffer.wrap(file, file.length - 24, 24).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] found = new float[6];
    values.get(found);
    assertThat(found).containsExactly(1, 3, 5, 2, 4, 6);
  }

  @Test
  void aBundleWithoutOneNamesNone() throws IOException {
    write(Optional.empty());
    assertThat(read().decoder()).isEmpty();
    assertThat(folder.resolve("decoder.json")).doesNotExist();
    assertThat(Files.readString(folder.resolve("manifest.json"))).doesNotContain("decoder");
  }

  @Test
  void aDamagedArrayIsNamed() throws IOException {
    write(Optional.of(DECODER));
    Path array = folder.resolve("decoder-1-bias.npy");
    byte[] bytes = Files.readAllBytes(array);
    bytes[bytes.length - 1] ^= 1;
    Files.write(array, bytes);
    Files.deleteIfExists(folder.resolve(".decoder-1-bias.npy.crc"));
    assertThatThrownBy(this::read)
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("a file of the model is damaged", "decoder-1-bias.npy");
  }
}
