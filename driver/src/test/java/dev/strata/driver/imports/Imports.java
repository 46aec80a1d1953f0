package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.NpyHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Settings, files and comparisons of these tests. */
final class Imports {
  private Imports() {}

  static ImportSettings from(Path file) {
    return new ImportSettings(
        Optional.of(file.toString()),
        ImportFormat.AUTO,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        ImportSettings.WeightsOrder.IN_OUT,
        Optional.empty(),
        1e-5);
  }

  static ImportSettings compared(Path file, Path reference) {
    ImportSettings plain = from(file);
    return new ImportSettings(
        plain.from(),
        plain.format(),
        plain.loss(),
        plain.preprocessing(),
        plain.arrays(),
        plain.weightsOrder(),
        Optional.of(reference.toString()),
        plain.tolerance());
  }

  static ImportSettings mapped(
      Path file, Map<String, Map<String, String>> arrays, ImportSettings.WeightsOrder order) {
    ImportSettings plain = from(file);
    return new ImportSettings(
        plain.from(),
        plain.format(),
        plain.loss(),
        plain.preprocessing(),
        arrays,
        order,
        plain.reference(),
        plain.tolerance());
  }

  static ImportedModel run(ImportSettings settings) {
    return run(settings, List.of(), 1);
  }

  /** Into a network of these layers, rows of that width. */
  static ImportedModel run(ImportSettings settings, List<LayerSettings> layers, int width) {
    NetworkSettings bare = NetworkSettings.of(layers, UpdaterSettings.of("sgd", 0.1));
    NetworkSettings network =
        NetworkSettingsBuilder.builder(bare)
            .input(Optional.of(width))
            .l1(0)
            .l2(0)
            .weightDecay(0)
            .maxNorm(0)
            .seed(Optional.empty())
            .build();
    return new ModelImport(
            new Configuration(), settings, new TestDataSettings().build(), network, 5)
        .run();
  }

  /** An output layer of a given name and width. */
  static LayerSettings output(String name, int units) {
    return new LayerSettings.Output(
        Optional.of(units),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(name));
  }

  /** Outputs of the network's layers for these rows are the expected ones, to 1e-5. */
  static void assertLayers(Model model, double[][] rows, Map<String, double[][]> expected) {
    assertLayers(model, rows, expected, 1e-5);
  }

  static void assertLayers(
      Model model, double[][] rows, Map<String, double[][]> expected, double most) {
    LayerActivations activations = new LayerActivations(model);
    INDArray input = Nd4j.createFromArray(rows).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT);
    expected.forEach(
        (layer, values) -> {
          int position = activations.position(layer, "layer");
          INDArray found = activations.compute(input, List.of(position)).get(0);
          assertThat(found.shape()).as(layer).containsExactly(values.length, values[0].length);
          for (int r = 0; r < values.length; r++) {
            for (int i = 0; i < values[r].length; i++) {
              double scale = Math.max(1, Math.abs(values[r][i]));
              assertThat((double) found.getFloat(r, i))
                  .as("%s, row %d, unit %d", layer, r, i)
                  .isCloseTo(values[r][i], within(most * scale));
            }
          }
        });
  }

  static StrataException refused(FailureKind kind, ThrowingCallable call) {
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(call);
    assertThat(thrown).isInstanceOf(StrataException.class);
    assertThat(((StrataException) thrown).kind()).isEqualTo(kind);
    return (StrataException) thrown;
  }

  /** An {@code .npy} file of float32. */
  static byte[] npy(float[] values, int... shape) {
    List<Integer> inner = new ArrayList<>();
    for (int i = 1; i < shape.length; i++) {
      inner.add(shape[i]);
    }
    byte[] header = new NpyHeader(ElementType.F32, shape[0], inner).encode();
    ByteBuffer bytes =
        ByteBuffer.allocate(header.length + Float.BYTES * values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static byte[] npy(double[][] rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return npy(values, rows.length, rows[0].length);
  }

  /** An {@code .npz} file of {@code .npy} files by their names. */
  static Path npz(Path file, Map<String, byte[]> arrays) {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Of a standard normal distribution. */
  static Weights random(Random random, int... shape) {
    int count = 1;
    long[] sizes = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      count *= shape[i];
      sizes[i] = shape[i];
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Weights(sizes, values);
  }

  /** The same weights, made at least 0.1: variances. */
  static Weights positive(Weights weights) {
    for (int i = 0; i < weights.values().length; i++) {
      weights.values()[i] = 0.1f + Math.abs(weights.values()[i]);
    }
    return weights;
  }

  /** The values of the transposed matrix, row by row. */
  static float[] turned(Weights weights) {
    int rows = (int) weights.shape()[0];
    int columns = (int) weights.shape()[1];
    float[] turned = new float[rows * columns];
    for (int i = 0; i < turned.length; i++) {
      turned[i % columns * rows + i / columns] = weights.values()[i];
    }
    return turned;
  }
}
