package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.preprocess.LabelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Stock DL4J zips, with and without a loss, and the preprocessing that goes with them. */
class StockImportTest {
  private static final double[][] ROWS = PlainNetwork.rows(5, 4);

  @TempDir private Path folder;

  @Test
  void aNetworkWithALossIsTakenAsItIs() throws IOException {
    MultiLayerNetwork network =
        network(
            dense("hidden", 3, Activation.TANH),
            new OutputLayer.Builder(LossFunction.L1)
                .name("head")
                .nOut(2)
                .activation(Activation.IDENTITY)
                .build());
    ImportedModel imported = Imports.run(Imports.from(write(network)));
    assertThat(imported.format()).isEqualTo(ImportFormat.DL4J);
    assertThat(imported.model().parameters().toFloats())
        .containsExactly(network.params().toFloatVector());
    assertThat(imported.model().network().json()).contains("LossL1");
    assertThat(imported.preprocessing().layout().labelKind()).isEqualTo(LabelKind.VALUE);
  }

  @Test
  void aNetworkWithoutALossGetsOneAndKeepsItsOutputs() throws IOException {
    MultiLayerNetwork network =
        network(
            dense("hidden", 3, Activation.TANH),
            dense("head", 2, Activation.IDENTITY),
            new ActivationLayer.Builder(Activation.SOFTMAX.getActivationFunction())
                .name("shares")
                .build());
    ImportedModel imported = Imports.run(Imports.from(write(network)));
    assertThat(imported.scores()).isTrue();
    assertThat(imported.model().network().json()).contains("LossLayer", "LossMCXENT");
    assertThat(imported.model().parameters().toFloats())
        .containsExactly(network.params().toFloatVector());
    double[][] hidden =
        PlainNetwork.each(
            PlainNetwork.dense(ROWS, weights(network, 0, "W"), weights(network, 0, "b")),
            Math::tanh);
    double[][] head =
        PlainNetwork.dense(hidden, weights(network, 1, "W"), weights(network, 1, "b"));
    Imports.assertLayers(
        imported.model().newModel(),
        ROWS,
        Map.of("hidden", hidden, "head", head, "shares", PlainNetwork.softmax(head)));
  }

  @Test
  void aDamagedZipAndOneOfSomethingElseAreRefused() throws IOException {
    Path zip = write(network(dense("hidden", 3, Activation.TANH)));
    byte[] whole = Files.readAllBytes(zip);
    Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(cut))))
        .hasMessageContaining("cannot read the DL4J model");
    Path keras = folder.resolve("m.keras");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(keras))) {
      out.putNextEntry(new ZipEntry("metadata.json"));
      out.closeEntry();
    }
    assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(keras))))
        .hasMessageContainingAll("cannot read the Keras model", "no entry config.json");
  }

  @Test
  void thePreprocessingOfABundleIsTakenAlongWhereItFits() throws IOException {
    ImportedModel first =
        Imports.run(Imports.from(write(network(dense("head", 2, Activation.SOFTMAX)))));
    String bundle = folder.resolve("bundle").toString();
    Configuration hadoop = new Configuration();
    Provenance provenance =
        Provenance.now(
            "models import", 1, 0, first.fileSha256(), Map.of(), null, Map.of(), Map.of());
    BundleWriter.write(hadoop, bundle, first.model(), first.preprocessing(), provenance);
    ModelBundle read = BundleReader.open(hadoop, bundle, "model");
    assertThat(read.preprocessing()).isEqualTo(first.preprocessing());

    ImportSettings plain = Imports.from(write(network(dense("top", 2, Activation.SOFTMAX))));
    assertThat(Imports.run(withPreprocessing(plain, bundle)).preprocessing())
        .isEqualTo(first.preprocessing());
    ImportSettings other = Imports.from(write(network(dense("top", 3, Activation.SOFTMAX))));
    assertThat(
            Imports.refused(
                FailureKind.CONFIGURATION, () -> Imports.run(withPreprocessing(other, bundle))))
        .hasMessageContainingAll("import.preprocessing", "2 classes", "expected: 3");
    assertThat(
            Imports.refused(
                FailureKind.CONFIGURATION,
                () -> Imports.run(withPreprocessing(plain, folder.toString()))))
        .hasMessageContainingAll("import.preprocessing", "no preprocessing.json");
  }

  private static ImportSettings withPreprocessing(ImportSettings plain, String folder) {
    return new ImportSettings(
        plain.from(),
        plain.format(),
        plain.loss(),
        Optional.of(folder),
        plain.arrays(),
        plain.weightsOrder(),
        plain.reference(),
        plain.tolerance());
  }

  private static Weights weights(MultiLayerNetwork network, int layer, String parameter) {
    var array = network.getLayer(layer).getParam(parameter).dup('c');
    return new Weights(array.shape(), array.data().asFloat());
  }

  private static DenseLayer dense(String name, int units, Activation activation) {
    return new DenseLayer.Builder().name(name).nOut(units).activation(activation).build();
  }

  private static MultiLayerNetwork network(Layer... layers) {
    var list = new NeuralNetConfiguration.Builder().seed(3).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    list.setInputType(org.deeplearning4j.nn.conf.inputs.InputType.feedForward(4));
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  private Path write(MultiLayerNetwork network) throws IOException {
    Path file = Files.createTempFile(folder, "model", ".zip");
    ModelSerializer.writeModel(network, file.toFile(), false);
    return file;
  }
}
