package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.imports.ImportSettings.WeightsOrder;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NumPy weights in a network of the configuration compute what plain loops compute. */
class NumpyImportTest {
  private static final double[][] ROWS = PlainNetwork.rows(7, 4);
  private static final Random RANDOM = new Random(2);

  private final Weights kernel = random(4, 3);
  private final Weights bias = random(3);
  private final Weights gamma = random(3);
  private final Weights beta = random(3);
  private final Weights mean = random(3);
  private final Weights variance = Imports.positive(random(3));
  private final Weights top = random(3, 2);
  private final Weights shift = random(2);

  @TempDir private Path folder;

  @Test
  void arraysAreFoundByTheirPlacesOrByTheMapping() {
    Map<String, byte[]> arrays = arrays();
    ImportedModel byPlace = run(arrays, Map.of(), WeightsOrder.IN_OUT);
    check(byPlace);

    arrays.put("encoder.0.weight", arrays.remove("hidden/weights"));
    arrays.put("unused", Imports.npy(new float[] {1}, 1));
    Map<String, Map<String, String>> mapping =
        Map.of("hidden", Map.of("weights", "encoder.0.weight"));
    check(run(arrays, mapping, WeightsOrder.IN_OUT));
  }

  @Test
  void weightsOfPyTorchAreTurned() {
    Map<String, byte[]> arrays = arrays();
    arrays.put("hidden/weights", turned(kernel));
    arrays.put("head/weights", turned(top));
    check(run(arrays, Map.of(), WeightsOrder.OUT_IN));
  }

  @Test
  void whatIsMissingOrOfAnotherShapeIsNamed() {
    Map<String, byte[]> arrays = arrays();
    arrays.put("hidden/weihgts", arrays.remove("hidden/weights"));
    assertThat(refused(FailureKind.DATA, arrays, Map.of()))
        .hasMessageContainingAll(
            "import.arrays.hidden.weights",
            "no array hidden/weights",
            "did you mean hidden/weihgts");
    assertThat(refused(FailureKind.CONFIGURATION, arrays, Map.of("hiden", Map.of())))
        .hasMessageContainingAll("no layer hiden", "hiden", "did you mean hidden?");
    assertThat(refused(FailureKind.CONFIGURATION, arrays, Map.of("hidden", Map.of("bais", "b"))))
        .hasMessageContainingAll("import.arrays.hidden", "bais", "did you mean bias?");
    arrays.put("hidden/weights", turned(kernel));
    assertThat(refused(FailureKind.DATA, arrays, Map.of()))
        .hasMessageContainingAll("layer hidden", "found: [3, 4]", "expected: [4, 3]");
    arrays.put("hidden/weights", new byte[] {1, 2, 3});
    assertThat(refused(FailureKind.DATA, arrays, Map.of())).hasMessageContaining("hidden/weights");
  }

  @Test
  void anArrayCannotFillTheMemory() {
    Map<String, byte[]> arrays = arrays();
    arrays.put("hidden/weights", Imports.npy(new float[200_000], 100_000, 2));
    assertThat(refused(FailureKind.DATA, arrays, Map.of()))
        .hasMessageContainingAll("larger than the file allows", "hidden/weights");
  }

  @Test
  void aSingleArrayFileIsTheArrayCalledArray() throws IOException {
    Path file = folder.resolve("w.npy");
    Files.write(file, Imports.npy(kernel.values(), 4, 3));
    List<LayerSettings> layers =
        List.of(
            new LayerSettings.Output(
                Optional.of(3),
                Optional.of("mse"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("head")));
    Map<String, Map<String, String>> mapping = Map.of("head", Map.of("weights", "array"));
    StrataException refused =
        Imports.refused(
            FailureKind.DATA,
            () -> Imports.run(Imports.mapped(file, mapping, WeightsOrder.IN_OUT), layers, 4));
    assertThat(refused).hasMessageContainingAll("bias of layer head", "one of array");
  }

  private void check(ImportedModel imported) {
    double[][] hidden = PlainNetwork.each(PlainNetwork.dense(ROWS, kernel, bias), Math::tanh);
    double[][] norm = PlainNetwork.normalise(hidden, gamma, beta, mean, variance, 1e-5);
    double[][] head = PlainNetwork.softmax(PlainNetwork.dense(norm, top, shift));
    Imports.assertLayers(
        imported.model().newModel(), ROWS, Map.of("hidden", hidden, "norm", norm, "head", head));
    assertThat(imported.preprocessing().classes()).containsExactly("0", "1");
  }

  private Map<String, byte[]> arrays() {
    Map<String, byte[]> arrays = new HashMap<>();
    arrays.put("hidden/weights", Imports.npy(kernel.values(), 4, 3));
    arrays.put("hidden/bias", Imports.npy(bias.values(), 3));
    arrays.put("norm/gamma", Imports.npy(gamma.values(), 3));
    arrays.put("norm/beta", Imports.npy(beta.values(), 3));
    arrays.put("norm/mean", Imports.npy(mean.values(), 3));
    arrays.put("norm/variance", Imports.npy(variance.values(), 3));
    arrays.put("head/weights", Imports.npy(top.values(), 3, 2));
    arrays.put("head/bias", Imports.npy(shift.values(), 2));
    return arrays;
  }

  private ImportedModel run(
      Map<String, byte[]> arrays, Map<String, Map<String, String>> mapping, WeightsOrder order) {
    Path file = Imports.npz(folder.resolve("w.npz"), arrays);
    return Imports.run(Imports.mapped(file, mapping, order), layers(), 4);
  }

  private StrataException refused(
      FailureKind kind, Map<String, byte[]> arrays, Map<String, Map<String, String>> mapping) {
    return Imports.refused(kind, () -> run(arrays, mapping, WeightsOrder.IN_OUT));
  }

  private static List<LayerSettings> layers() {
    return List.of(
        LayerSettings.dense(3, "tanh").withName("hidden"),
        LayerSettings.batchNorm().withName("norm"),
        new LayerSettings.Output(
            Optional.of(2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("head")));
  }

  private static Weights random(int... shape) {
    return Imports.random(RANDOM, shape);
  }

  private static byte[] turned(Weights weights) {
    return Imports.npy(Imports.turned(weights), (int) weights.shape()[1], (int) weights.shape()[0]);
  }
}
