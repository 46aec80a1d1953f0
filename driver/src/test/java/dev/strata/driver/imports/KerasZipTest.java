package dev.strata.driver.imports;

import static dev.strata.driver.testing.KerasModelFile.dense;
import static dev.strata.driver.testing.KerasModelFile.layer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Storage;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.driver.testing.KerasWeightsFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code .keras} files compute what plain loops compute, and what the same model in HDF5 does. */
class KerasZipTest {
  private static final double[][] ROWS = PlainNetwork.rows(9, 6);

  @TempDir private Path folder;

  /** Names in no order, so that only class and order can find the weights. */
  private static KerasModelFile model() {
    KerasModelFile model =
        KerasModelFile.sequential(
            Version.THIRD,
            "6",
            dense("z", 5, "tanh"),
            layer(
                "BatchNormalization",
                "norm",
                "\"axis\": -1, \"momentum\": 0.99, \"epsilon\": 0.001"),
            layer("Dropout", "drop", "\"rate\": 0.5"),
            dense("a", 5, "relu"),
            dense("dense_1", 3, "softmax"));
    model.random("z", "kernel", 6, 5);
    model.random("z", "bias", 5);
    model.random("norm", "gamma", 5);
    model.random("norm", "beta", 5);
    model.random("norm", "moving_mean", 5);
    model.random("norm", "moving_variance", 5);
    model.random("a", "kernel", 5, 5);
    model.random("a", "bias", 5);
    model.random("dense_1", "kernel", 5, 3);
    model.random("dense_1", "bias", 3);
    return model;
  }

  private Path keras(KerasModelFile model) {
    return new KerasWeightsFiles(model).writeKeras(folder.resolve("m.keras"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void layersAreFoundByClassAndOrder(boolean second) {
    KerasModelFile model = model();
    KerasWeightsFiles files = new KerasWeightsFiles(model);
    Path file = (second ? files.ofKeras2() : files).writeKeras(folder.resolve("m.keras"));
    ImportedModel imported = Imports.run(Imports.from(file));
    assertThat(imported.format()).isEqualTo(ImportFormat.KERAS);
    assertThat(imported.scores()).isTrue();
    Map<String, double[][]> expected = expected(model.layers());
    Imports.assertLayers(imported.model().newModel(), ROWS, expected);
  }

  private static Map<String, double[][]> expected(Map<String, Map<String, Weights>> all) {
    double[][] z =
        PlainNetwork.each(
            PlainNetwork.dense(ROWS, all.get("z").get("kernel"), all.get("z").get("bias")),
            Math::tanh);
    Map<String, Weights> norm = all.get("norm");
    double[][] n =
        PlainNetwork.normalise(
            z,
            norm.get("gamma"),
            norm.get("beta"),
            norm.get("moving_mean"),
            norm.get("moving_variance"),
            1e-3);
    double[][] a =
        PlainNetwork.relu(
            PlainNetwork.dense(n, all.get("a").get("kernel"), all.get("a").get("bias")));
    Map<String, Weights> top = all.get("dense_1");
    double[][] output =
        PlainNetwork.softmax(PlainNetwork.dense(a, top.get("kernel"), top.get("bias")));
    return Map.of("z", z, "norm", n, "a", a, "dense_1", output);
  }

  /** dense_10 stands behind dense_9, not behind dense_1. */
  @Test
  void moreThanTenLayersOfAClassKeepTheirOrder() {
    String[] layers = new String[13];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = dense("layer-" + (20 - i), 6, "tanh");
    }
    KerasModelFile model = KerasModelFile.sequential(Version.THIRD, "6", layers);
    Map<String, double[][]> expected = new TreeMap<>();
    double[][] rows = ROWS;
    for (int i = 0; i < layers.length; i++) {
      String name = "layer-" + (20 - i);
      Weights kernel = model.random(name, "kernel", 6, 6);
      rows =
          PlainNetwork.each(
              PlainNetwork.dense(rows, kernel, model.random(name, "bias", 6)), Math::tanh);
      expected.put(name, rows);
    }
    ImportedModel imported = Imports.run(Imports.from(keras(model)));
    Imports.assertLayers(imported.model().newModel(), ROWS, expected);
  }

  @Test
  void everyLayerKindGivesTheModelThatHdf5Gives() {
    KerasModelFile images =
        KerasModelFile.sequential(
            Version.THIRD,
            "6, 6, 2",
            layer(
                "Conv2D",
                "c",
                "\"filters\": 3, \"kernel_size\": [2, 2], \"strides\": [1, 1], \"padding\":"
                    + " \"valid\", \"activation\": \"relu\", \"use_bias\": true"),
            layer(
                "SeparableConv2D",
                "s",
                "\"filters\": 4, \"kernel_size\": [2, 2], \"strides\": [1, 1], \"padding\":"
                    + " \"valid\", \"depth_multiplier\": 1, \"activation\": \"tanh\","
                    + arrays("depthwise")
                    + arrays("pointwise")
                    + ""
                    + " \"use_bias\": true"),
            layer(
                "Conv2DTranspose",
                "t",
                "\"filters\": 2, \"kernel_size\": [2, 2], \"strides\": [1, 1], \"padding\":"
                    + " \"valid\", \"activation\": \"relu\", \"use_bias\": false"),
            layer("Flatten", "flat"),
            dense("head", 3, "softmax"));
    images.random("c", "kernel", 2, 2, 2, 3);
    images.random("c", "bias", 3);
    images.random("s", "depthwise_kernel", 2, 2, 3, 1);
    images.random("s", "pointwise_kernel", 1, 1, 3, 4);
    images.random("s", "bias", 4);
    images.random("t", "kernel", 2, 2, 2, 4);
    images.random("head", "kernel", 50, 3);
    images.random("head", "bias", 3);
    for (KerasModelFile model :
        new KerasModelFile[] {model(), images, model().stored(Storage.PACKED)}) {
      ImportedModel hdf5 = Imports.run(Imports.from(model.write(folder.resolve("m.h5"))));
      ImportedModel zip = Imports.run(Imports.from(keras(model)));
      assertThat(zip.model().parameters().toFloats())
          .containsExactly(hdf5.model().parameters().toFloats());
      assertThat(withoutSeeds(zip)).isEqualTo(withoutSeeds(hdf5));
    }
  }

  private static String arrays(String name) {
    return (" \"%s_initializer\": {\"class_name\": \"Zeros\", \"config\": {}},"
            + " \"%s_regularizer\": null, \"%s_constraint\": null,")
        .formatted(name, name, name);
  }

  /** DL4J draws one from the clock. */
  private static String withoutSeeds(ImportedModel imported) {
    return imported.model().network().json().replaceAll("\"seed\"\\s*:\\s*-?\\d+", "");
  }

  @Test
  void theLossIsTheOneThatTheModelWasCompiledWith() {
    KerasModelFile model =
        KerasModelFile.sequential(Version.THIRD, "6", dense("head", 2, "linear"));
    model.random("head", "kernel", 6, 2);
    model.random("head", "bias", 2);
    Path file =
        new KerasWeightsFiles(model)
            .compiled("{\"optimizer\": \"adam\", \"loss\": \"mean_absolute_error\"}")
            .writeKeras(folder.resolve("m.keras"));
    assertThat(Imports.run(Imports.from(file)).model().network().json()).contains("LossMAE");
  }

  @Test
  void weightsOfAnotherNumberOfLayersOrVariablesAreRefused() throws IOException {
    KerasModelFile model = model();
    Map<String, Weights> variables = new KerasWeightsFiles(model).variables();
    assertThat(variables)
        .containsOnlyKeys(
            "layers/dense/vars/0",
            "layers/dense/vars/1",
            "layers/batch_normalization/vars/0",
            "layers/batch_normalization/vars/1",
            "layers/batch_normalization/vars/2",
            "layers/batch_normalization/vars/3",
            "layers/dense_1/vars/0",
            "layers/dense_1/vars/1",
            "layers/dense_2/vars/0",
            "layers/dense_2/vars/1");
    KerasModelFile fewer = model();
    fewer.layers().remove("a");
    assertThat(refused(keras(fewer)))
        .hasMessageContainingAll(
            "another number of layers", "2 groups of Dense: dense, dense_1", "3", "z, a, dense_1");
    KerasModelFile adapted = model();
    adapted.random("a", "lora", 5, 2);
    assertThat(refused(keras(adapted)))
        .hasMessageContainingAll("does not use", "layer a, array variable 2", "LoRA");
    KerasModelFile wide = model();
    wide.random("a", "kernel", 5, 4);
    assertThat(refused(keras(wide))).hasMessageContainingAll("layer a", "[5, 4]");
  }

  @Test
  void damagedZipsAreRefused() throws IOException {
    Map<String, byte[]> entries = entries(keras(model()));
    for (String missing : entries.keySet()) {
      Map<String, byte[]> some = new LinkedHashMap<>(entries);
      some.remove(missing);
      assertThat(refused(zip(some))).hasMessageContaining("no entry " + missing);
    }
    Map<String, byte[]> text = new LinkedHashMap<>(entries);
    text.put("config.json", "{\"class_name\": ".getBytes(StandardCharsets.UTF_8));
    assertThat(refused(zip(text))).hasMessageContaining("config.json");
    text.put("config.json", "[]".getBytes(StandardCharsets.UTF_8));
    assertThat(refused(zip(text))).hasMessageContaining("no JSON object");
    Map<String, byte[]> deep = new LinkedHashMap<>(entries);
    deep.put("config.json", "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    assertThat(refused(zip(deep))).hasMessageContaining("config.json");
    Map<String, byte[]> old = new LinkedHashMap<>(entries);
    old.put("metadata.json", "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(refused(zip(old))).hasMessageContaining("which version of Keras");
    Map<String, byte[]> noHdf5 = new LinkedHashMap<>(entries);
    noHdf5.put("model.weights.h5", new byte[100]);
    assertThat(refused(zip(noHdf5))).hasMessageContaining("cannot read the Keras model");
  }

  @Test
  void weightsThatUnpackBeyondTheBoundAreRefused() throws IOException {
    Map<String, byte[]> entries = entries(keras(model()));
    Path file = folder.resolve("bomb.keras");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        if (entry.getKey().endsWith(".h5")) {
          for (int i = 0; i < 40; i++) {
            zip.write(new byte[1 << 20]);
          }
        }
        zip.closeEntry();
      }
    }
    assertThat(Files.size(file)).isLessThan(200_000);
    assertThat(refused(file)).hasMessageContaining("unpacks to more than");
  }

  private Path zip(Map<String, byte[]> entries) {
    return KerasWeightsFiles.zip(folder.resolve("changed.keras"), entries);
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().map(any -> (ZipEntry) any).toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static StrataException refused(Path file) {
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file)));
  }
}
