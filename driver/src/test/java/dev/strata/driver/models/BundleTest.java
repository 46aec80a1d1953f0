package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Adam;

class BundleTest {
  @TempDir Path folder;

  private final Configuration configuration = FlakyFileSystem.configure(new Configuration());

  @AfterEach
  void repair() {
    FlakyFileSystem.volume("bundles").repair();
  }

  static Stream<NetworkConfiguration> networks() {
    return Stream.of(
        BundleSamples.network(),
        BundleSamples.network(UpdaterSettings.of("sgd", 0.1), LayerSettings.dense(5)),
        TestNetworks.graph(4, 3, new Adam(0.01)));
  }

  private String write(TrainedModel model) {
    return BundleWriter.write(
        configuration,
        folder.toString(),
        model,
        BundleSamples.preprocessing(),
        BundleSamples.provenance());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everythingComesBack(NetworkConfiguration network) {
    TrainedModel model = BundleSamples.trained(network, 3);
    String sha256 = write(model);

    ModelBundle bundle = BundleReader.open(configuration, folder.toString(), "model");
    assertThat(bundle.model().network()).isEqualTo(network);
    assertThat(bundle.model().parameters().toFloats())
        .containsExactly(model.parameters().toFloats());
    assertThat(bundle.model().optimizerState().toFloats())
        .containsExactly(model.optimizerState().toFloats());
    assertThat(bundle.model().iteration()).isEqualTo(3);
    assertThat(bundle.model().epoch()).isEqualTo(2);
    assertThat(bundle.model().sha256()).isEqualTo(sha256).isEqualTo(model.sha256());
    assertThat(bundle.preprocessing()).isEqualTo(BundleSamples.preprocessing());
    assertThat(bundle.provenance()).isEqualTo(BundleSamples.provenance());
    assertThat(bundle.folder()).endsWith(folder.toString());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void plainDl4jLoadsItAndGoesOnAlike(NetworkConfiguration network) throws IOException {
    write(BundleSamples.trained(network, 3));
    java.io.File zip = folder.resolve("model.zip").toFile();
    Model loaded =
        network.kind() == NetworkConfiguration.Kind.GRAPH
            ? ModelSerializer.restoreComputationGraph(zip)
            : ModelSerializer.restoreMultiLayerNetwork(zip);
    TrainedModel onward = BundleSamples.trainOn(loaded, network, 2);
    TrainedModel unbroken = BundleSamples.trained(network, 5);
    assertThat(onward.parameters().toFloats()).containsExactly(unbroken.parameters().toFloats());
    assertThat(onward.optimizerState().toFloats())
        .containsExactly(unbroken.optimizerState().toFloats());
    assertThat(onward.iteration()).isEqualTo(5);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void ourOwnModelGoesOnAlike(NetworkConfiguration network) {
    write(BundleSamples.trained(network, 3));
    Model model = BundleReader.open(configuration, folder.toString(), "model").model().newModel();
    assertThat(model).isInstanceOfAny(MultiLayerNetwork.class, ComputationGraph.class);
    assertThat(BundleSamples.trainOn(model, network, 2).sha256())
        .isEqualTo(BundleSamples.trained(network, 5).sha256());
  }

  private static TrainedModel with(TrainedModel model, int parameter, float value) {
    StateVector parameters = StateVector.of(model.parameters().toFloats());
    parameters.set(parameter, value);
    return new TrainedModel(model.network(), parameters, model.optimizerState(), 3, 1);
  }

  @Test
  void numbersThatAreNotFiniteAreNotWritten() {
    TrainedModel good = BundleSamples.trained(BundleSamples.network(), 3);
    String sha256 = write(good);
    assertThatThrownBy(() -> write(with(good, 0, Float.NaN)))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.found())
                  .hasValueSatisfying(f -> assertThat(f).startsWith("NaN in layer "));
            });
    StateVector state = StateVector.of(good.optimizerState().toFloats());
    state.set(1, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(
            () -> write(new TrainedModel(good.network(), good.parameters(), state, 3, 1)))
        .hasMessageContaining("-Infinity in element 1 of the optimizer state");
    // What was there stays.
    assertThat(BundleReader.open(configuration, folder.toString(), "model").model().sha256())
        .isEqualTo(sha256);
  }

  /** As an earlier version may have written it. */
  @Test
  void aModelOfNaNIsRefusedByItsLayer() throws IOException {
    TrainedModel good = BundleSamples.trained(BundleSamples.network(), 3);
    write(good);
    int last = (int) good.parameters().length() - 1;
    ModelSerializer.writeModel(
        with(good, last, Float.NaN).newModel(), folder.resolve("model.zip").toFile(), true);
    describeAgain();
    assertThatThrownBy(() -> BundleReader.open(configuration, folder.toString(), "model"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("model.zip")
        .hasMessageContaining("NaN in layer output, b");
  }

  /** Writes the manifest that fits a changed model.zip. */
  private void describeAgain() throws IOException {
    Path file = folder.resolve(BundleManifest.FILE_NAME);
    Files.deleteIfExists(folder.resolve("." + BundleManifest.FILE_NAME + ".crc"));
    Files.deleteIfExists(folder.resolve(".model.zip.crc"));
    BundleManifest old =
        dev.strata.executor.json.Json.read(Files.readString(file), BundleManifest.class, file);
    org.apache.hadoop.fs.Path at = new org.apache.hadoop.fs.Path(folder.toUri());
    StoredFile changed =
        BundleFiles.describe(at.getFileSystem(configuration), at, BundleManifest.MODEL);
    Files.writeString(
        file,
        BundleManifest.text(
            old.strataVersion(),
            old.modelSha256(),
            old.files().stream()
                .map(f -> f.name().equals(BundleManifest.MODEL) ? changed : f)
                .toList()));
  }

  @Test
  void theStateMayBeUnknown() {
    TrainedModel full = BundleSamples.trained(BundleSamples.network(), 3);
    TrainedModel bare =
        new TrainedModel(full.network(), full.parameters(), StateVector.zeros(0), 3, 1);
    assertThat(write(bare)).isEqualTo(full.sha256());
    TrainedModel read = BundleReader.open(configuration, folder.toString(), "model").model();
    assertThat(read.optimizerState().length()).isZero();
    assertThat(BundleSamples.predictions(read.newModel()))
        .containsExactly(BundleSamples.predictions(full.newModel()));
  }

  @Test
  void aRunsFolderStandsForItsModel() throws IOException {
    TrainedModel model = BundleSamples.trained(BundleSamples.network(), 1);
    Files.createDirectories(folder.resolve("run"));
    String run = folder.resolve("run").toString();
    String sha256 =
        BundleWriter.write(
            configuration,
            run + "/model",
            model,
            BundleSamples.preprocessing(),
            BundleSamples.provenance());
    ModelBundle bundle = BundleReader.open(configuration, run, "model");
    assertThat(bundle.model().sha256()).isEqualTo(sha256);
    assertThat(bundle.folder()).endsWith("run/model");
  }

  @Test
  void aNewBundleReplacesTheOldOne() {
    write(BundleSamples.trained(BundleSamples.network(), 1));
    String sha256 = write(BundleSamples.trained(BundleSamples.network(), 2));
    assertThat(BundleReader.open(configuration, folder.toString(), "model").model().sha256())
        .isEqualTo(sha256);
  }

  @Test
  void aFullVolumeLeavesNoHalfBundle() {
    String uri = "flaky://bundles" + folder.resolve("b");
    TrainedModel model = BundleSamples.trained(BundleSamples.network(), 1);
    for (int space = 0; space < 6000; space += 1000) {
      FlakyFileSystem.volume("bundles").fullAfter(space, "");
      assertThatThrownBy(
              () ->
                  BundleWriter.write(
                      configuration,
                      uri,
                      model,
                      BundleSamples.preprocessing(),
                      BundleSamples.provenance()))
          .isInstanceOfSatisfying(
              StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
          .hasMessageContaining("no space left on the volume flaky://bundles");
      assertThatThrownBy(() -> BundleReader.open(configuration, uri, "model"))
          .hasMessageContaining("no model found");
    }
    FlakyFileSystem.volume("bundles").repair();
    BundleWriter.write(
        configuration, uri, model, BundleSamples.preprocessing(), BundleSamples.provenance());
    assertThat(BundleReader.open(configuration, uri, "model").model().sha256())
        .isEqualTo(model.sha256());
  }

  @Test
  void theHashIsOfNetworkAndParameters() {
    TrainedModel model = BundleSamples.trained(BundleSamples.network(), 1);
    float[] changed = model.parameters().toFloats();
    changed[3] = Math.nextUp(changed[3]);
    assertThat(ModelHash.sha256(model.network().json(), StateVector.of(changed)))
        .isNotEqualTo(model.sha256());
    assertThat(ModelHash.sha256(model.network().json() + " ", model.parameters()))
        .isNotEqualTo(model.sha256());
    // sha256("{}" and the bytes 00 00 80 3f), as any other tool computes it.
    assertThat(ModelHash.sha256("{}", StateVector.of(new float[] {1f})))
        .isEqualTo("da9e344cec8fc178b703c2f46237aa6b2babdc568453d836ce6e24d329c04bb8");
  }
}
