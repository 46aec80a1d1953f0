package dev.strata.driver.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class ActivationWriterTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;
  private static final int[] ROWS = {21, 0, 13, 17};

  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();
  private final NetworkConfiguration network =
      TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Sgd(0.1));
  private MultiLayerNetwork local;
  private StateVector parameters;
  private ShardSet source;

  @BeforeEach
  void rows() {
    BlasThreads.single();
    source = TestShards.clusters(folder.resolve("source"), 3, WIDTH, CLASSES, true, ROWS);
    local = (MultiLayerNetwork) network.newModel();
    parameters = StateVector.of(local.params());
  }

  private ActivationWriter writer() {
    return new ActivationWriter(
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()));
  }

  private ShardSet write(String name) {
    return writer().write(network, parameters, source, folder.resolve(name).toString(), 8);
  }

  @Test
  void theActivationsAreThoseOfALocalForwardPassAndTheRestOfARowIsAsItWas() throws IOException {
    ShardSet written = write("top");
    ShardManifest before = ManifestFile.read(hadoop, source);
    ShardManifest after = ManifestFile.read(hadoop, written);
    assertThat(after.inputWidth(0)).isEqualTo(CLASSES);
    assertThat(after.rows()).isEqualTo(before.rows());
    assertThat(after.classes()).isEqualTo(before.classes());
    for (int b = 0; b < ROWS.length; b++) {
      assertThat(after.blocks().get(b).rows()).isEqualTo(ROWS[b]);
      for (String carried : List.of("label-0", "weight")) {
        assertThat(after.blocks().get(b).files().get(carried))
            .isEqualTo(before.blocks().get(b).files().get(carried));
        assertThat(folder.resolve("top/block-0000" + b + "/" + carried + ".npy"))
            .hasSameBinaryContentAs(
                folder.resolve("source/block-0000" + b + "/" + carried + ".npy"));
      }
      if (ROWS[b] > 0) {
        assertClose(inputs(written, after, b), local.output(inputs(source, before, b), false));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sigmoid", "tanh", "relu", "elu", "identity", "softplus"})
  void denseLayersGiveWhatDl4jGives(String activation) {
    MultiLayerNetwork dense =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .activation(Activation.fromString(activation))
                .list()
                .layer(new DenseLayer.Builder().nIn(WIDTH).nOut(5).biasInit(0.1).build())
                .layer(new DenseLayer.Builder().nIn(5).nOut(4).biasInit(-0.1).build())
                .build());
    dense.init();
    ShardSet written =
        writer()
            .write(
                NetworkConfiguration.of(dense),
                StateVector.of(dense.params()),
                source,
                folder.resolve(activation).toString(),
                8);
    ShardManifest before = ManifestFile.read(hadoop, source);
    ShardManifest after = ManifestFile.read(hadoop, written);
    for (int block : new int[] {0, 2, 3}) {
      INDArray expected = dense.output(inputs(source, before, block), false);
      assertClose(inputs(written, after, block), expected);
    }
  }

  private INDArray inputs(ShardSet set, ShardManifest manifest, int block) {
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      Minibatch all = reader.read(EpochOrder.sequential(manifest, block), 0, ROWS[block]);
      return all.inputs()[0].dup();
    }
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    float[] values = found.dup('c').data().asFloat();
    float[] wanted = expected.dup('c').data().asFloat();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i]).isCloseTo(wanted[i], within(1e-6f));
    }
  }

  @Test
  void theSameRowsGiveTheSameBytes() throws IOException {
    assertThat(write("one").manifestSha256()).isEqualTo(write("two").manifestSha256());
    assertThat(files("one")).isEqualTo(files("two"));
  }

  @Test
  void whatIsThereIsTakenAndWhatIsOfOtherParametersOrDamagedIsNot() throws IOException {
    ShardSet first = write("top");
    Path block = folder.resolve("top/block-00000/input-0.npy");
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(block, longAgo);
    assertThat(write("top")).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(block)).isEqualTo(longAgo);

    Files.write(block, new byte[] {1}, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(write("top")).isEqualTo(first);
    assertThat(Files.size(block)).isGreaterThan(1);

    parameters.set(0, parameters.get(0) + 1);
    assertThat(write("top").manifestSha256()).isNotEqualTo(first.manifestSha256());
  }

  @Test
  void aFolderWithoutAManifestIsComputedAgain() throws IOException {
    ShardSet first = write("top");
    Files.delete(folder.resolve("top/manifest.json"));
    assertThat(write("top")).isEqualTo(first);
  }

  @Test
  void nothingIsLeftOfWhatIsDiscarded() {
    ShardSet written = write("top");
    ShardManifest manifest = ManifestFile.read(hadoop, written);
    BlockStore.shared().open(hadoop, written, manifest, 0);
    writer().discard(written);
    assertThat(BlockStore.shared().forget(written)).as("blocks still open").isZero();
    assertThat(folder.resolve("top")).doesNotExist();
  }

  @Test
  void rowsOfAnotherWidthAreRefused() {
    source = TestShards.clusters(folder.resolve("wide"), 3, WIDTH + 1, CLASSES, false, 5);
    assertThatThrownBy(() -> write("top"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("rows of width 7")
        .hasMessageContaining("width 6");
  }

  private Map<String, String> files(String name) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve(name))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        found.put(
            folder.resolve(name).relativize(file).toString(),
            java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return found;
  }
}
