package dev.strata.driver.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.imports.ImportFormat;
import dev.strata.driver.imports.ImportSettings;
import dev.strata.driver.imports.ImportedModel;
import dev.strata.driver.imports.ModelImport;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that were exported to ONNX and imported again compute the same. */
@Seeded(0)
class OnnxRoundTripTest {
  private static final int NETWORKS = 200;

  @TempDir private Path folder;

  private final Seed first;

  OnnxRoundTripTest(Seed first) {
    this.first = first;
  }

  @Test
  void importedAgainTheyComputeTheSameOrAnOperatorIsRefused() throws IOException {
    Path file = folder.resolve("m.onnx");
    int imported = 0;
    int windows = 0;
    for (int i = 0; i < NETWORKS; i++) {
      long seed = first.value() + i;
      RandomBundle random = i % 5 == 4 ? RandomBundle.ofWindows(seed) : new RandomBundle(seed);
      Files.write(file, OnnxExport.of(random.bundle, List.of(), true).bytes());
      ImportedModel again;
      try {
        again = imported(file);
      } catch (StrataException e) {
        // Activations that ONNX does not have are several nodes.
        assertThat(e).hasMessageContainingAll("cannot import the ONNX model", "operator");
        continue;
      }
      imported++;
      windows += i % 5 == 4 ? 1 : 0;
      INDArray rows = rows(random);
      assertSame(random.model, again.model().newModel(), rows, "network " + (first.value() + i));
    }
    assertThat(imported).isGreaterThan(NETWORKS / 4);
    assertThat(windows).isGreaterThan(NETWORKS / 20);
  }

  @Test
  void residualBlocksAreRefused() throws IOException {
    Path file = folder.resolve("blocks.onnx");
    RandomBundle random = RandomBundle.ofBlocks(2);
    assertThat(random.settings.layers()).hasSizeGreaterThan(1);
    Files.write(file, OnnxExport.of(random.bundle, List.of(), true).bytes());
    assertThatThrownBy(() -> imported(file))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("cannot import the ONNX model");
  }

  private static ImportedModel imported(Path file) {
    ImportSettings settings =
        new ImportSettings(
            Optional.of(file.toString()),
            ImportFormat.AUTO,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            ImportSettings.WeightsOrder.AUTO,
            Optional.empty(),
            1e-5);
    NetworkSettings none =
        NetworkSettings.of(List.of(LayerSettings.output()), UpdaterSettings.of("sgd", 0.1));
    return new ModelImport(new Configuration(), settings, new TestDataSettings().build(), none, 5)
        .run();
  }

  private static INDArray rows(RandomBundle random) {
    Random numbers = new Random(1);
    float[][] rows = new float[9][random.bundle.preprocessing().inputWidth()];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) numbers.nextGaussian();
      }
    }
    return Nd4j.createFromArray(rows);
  }

  private static void assertSame(Model own, Model again, INDArray rows, String network) {
    INDArray expected = last(own, rows);
    INDArray found = last(again, rows);
    assertThat(found.shape()).as(network).isEqualTo(expected.shape());
    for (int i = 0; i < expected.length(); i++) {
      double wanted = expected.data().getFloat(i);
      assertThat((double) found.data().getFloat(i))
          .as(network)
          .isCloseTo(wanted, within(1e-5 * Math.max(1, Math.abs(wanted))));
    }
  }

  private static INDArray last(Model model, INDArray rows) {
    LayerActivations activations = new LayerActivations(model);
    return activations.compute(rows, List.of(activations.names().size() - 1)).get(0);
  }
}
