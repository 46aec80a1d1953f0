package dev.strata.driver.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.imports.ImportFormat;
import dev.strata.driver.imports.ImportSettings;
import dev.strata.driver.imports.ModelImport;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.json.Json;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parameters that leave and come back are the same bytes, for every kind of layer. The system
 * property {@code strata.onnx.networks} is the number of random networks.
 */
@Seeded(0)
class WeightsRoundTripTest {
  private static final int NETWORKS = Integer.getInteger("strata.onnx.networks", 60);

  @TempDir private Path folder;

  private final Seed first;

  WeightsRoundTripTest(Seed first) {
    this.first = first;
  }

  @Test
  void randomNetworksComeBackWithTheSameParameters() throws IOException {
    for (int i = 0; i < NETWORKS; i++) {
      long seed = first.value() + i;
      if (i % 4 == 3) {
        RandomTextBundle random = new RandomTextBundle(seed);
        assertReturns(random.bundle, random.settings, "network of text " + seed);
      } else {
        RandomBundle random = new RandomBundle(seed);
        assertReturns(random.bundle, random.settings, "network " + seed);
      }
    }
  }

  private void assertReturns(ModelBundle bundle, NetworkSettings settings, String network)
      throws IOException {
    Path given = Files.createDirectories(folder.resolve("given"));
    Files.writeString(
        given.resolve(Preprocessing.FILE_NAME),
        Json.line(bundle.preprocessing()),
        StandardCharsets.UTF_8);
    List<NamedArray> arrays =
        NamedArray.of(ModelLayer.of(bundle.model().newModel(), bundle.folder()));
    for (ExportFormat format : List.of(ExportFormat.SAFETENSORS, ExportFormat.NPZ)) {
      Path file = folder.resolve("weights");
      write(arrays, format, file);
      TrainedModel again = imported(bundle.preprocessing(), settings, file, given);
      assertThat(again.parameters().toFloats())
          .as("%s, %s", network, format)
          .containsExactly(bundle.model().parameters().toFloats());
      Path second = folder.resolve("again");
      write(NamedArray.of(ModelLayer.of(again.newModel(), "again")), format, second);
      assertThat(second).as("%s, %s", network, format).hasSameBinaryContentAs(file);
    }
  }

  private static void write(List<NamedArray> arrays, ExportFormat format, Path file)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      if (format == ExportFormat.NPZ) {
        WeightFiles.npz(arrays, out);
      } else {
        WeightFiles.safetensors(arrays, Map.of(), out);
      }
    }
  }

  private static TrainedModel imported(
      Preprocessing preprocessing, NetworkSettings settings, Path file, Path given) {
    ImportSettings from =
        new ImportSettings(
            Optional.of(file.toString()),
            ImportFormat.AUTO,
            Optional.empty(),
            Optional.of(given.toString()),
            Map.of(),
            ImportSettings.WeightsOrder.AUTO,
            Optional.empty(),
            1e-5);
    TestDataSettings data = new TestDataSettings();
    if (preprocessing.layout().labelKind() == LabelKind.VALUE) {
      data.labelValue("label");
    }
    NetworkSettings network =
        NetworkSettingsBuilder.builder(settings)
            .input(Optional.of(preprocessing.inputWidth()))
            .build();
    return new ModelImport(new Configuration(), from, data.build(), network, 5).run().model();
  }

  /** {@code Conv1d.weight} of PyTorch is {@code [units, inputs, kernel]}. */
  @Test
  void convolutionsAreLaidOutAsInPyTorch() {
    double[] values = IntStream.range(0, 12).asDoubleStream().toArray();
    NamedArray memory = new NamedArray("windows", "weights", List.of(2, 2, 3), values, false, true);
    NamedArray torch = memory.outIn();
    assertThat(torch.torchName()).isEqualTo("windows.weight");
    assertThat(torch.shape()).containsExactly(3, 2, 2);
    for (int unit = 0; unit < 3; unit++) {
      for (int input = 0; input < 2; input++) {
        for (int position = 0; position < 2; position++) {
          assertThat(torch.values()[(unit * 2 + input) * 2 + position])
              .isEqualTo(values[(position * 2 + input) * 3 + unit]);
        }
      }
    }
  }
}
