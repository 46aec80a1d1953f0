package dev.strata.driver.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Bytes of files of weights, by their documented layouts. */
@Seeded(0)
class WeightFilesTest {
  private final List<NamedArray> arrays =
      List.of(
          new NamedArray(
              "fc", "weights", List.of(3, 2), new double[] {1, 2, 3, 4, 5, 6}, false, true),
          new NamedArray("fc", "bias", List.of(2), new double[] {7, 8}, false, false),
          new NamedArray("norm", "variance", List.of(2), new double[] {0.1, 0.2}, true, false));
  private final Seed first;

  WeightFilesTest(Seed first) {
    this.first = first;
  }

  @Test
  void safetensorsOfThreeTensors() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WeightFiles.safetensors(arrays, Map.of("job", "train"), out);
    ByteBuffer bytes = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    assertThat((header.length + 8) % 8).isZero();
    assertThat(new String(header, StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"__metadata__\":{\"format\":\"pt\",\"job\":\"train\"},"
                + "\"fc.bias\":{\"data_offsets\":[40,48],\"dtype\":\"F32\",\"shape\":[2]},"
                + "\"fc.weight\":{\"data_offsets\":[16,40],\"dtype\":\"F32\",\"shape\":[2,3]},"
                + "\"norm.running_var\":{\"data_offsets\":[0,16],\"dtype\":\"F64\",\"shape\":[2]}}");
    assertThat(bytes.getDouble()).isEqualTo(0.1);
    assertThat(bytes.getDouble()).isEqualTo(0.2);
    for (float expected : new float[] {1, 3, 5, 2, 4, 6, 7, 8}) {
      assertThat(bytes.getFloat()).isEqualTo(expected);
    }
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void npzOfThreeArrays() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WeightFiles.npz(arrays, out);
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
        ByteBuffer bytes = ByteBuffer.wrap(zip.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        int header = 10 + bytes.getShort(8);
        String text = new String(bytes.array(), 10, header - 10, StandardCharsets.US_ASCII);
        if (entry.getName().startsWith("fc/w")) {
          assertThat(text).contains("'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)");
          assertThat(bytes.getFloat(header + 4)).isEqualTo(2);
        } else if (entry.getName().startsWith("norm")) {
          assertThat(text).contains("'descr': '<f8'", "'shape': (2,)");
          assertThat(bytes.getDouble(header)).isEqualTo(0.1);
        }
      }
    }
    assertThat(names).containsExactly("fc/weights.npy", "fc/bias.npy", "norm/variance.npy");
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    for (int i = 0; i < 20; i++) {
      RandomBundle one = new RandomBundle(first.value() + i);
      RandomBundle other = new RandomBundle(first.value() + i);
      assertThat(OnnxExport.of(one.bundle, List.of(), true).bytes())
          .isEqualTo(OnnxExport.of(other.bundle, List.of(), true).bytes());
      assertThat(safetensors(one)).isEqualTo(safetensors(other));
    }
  }

  private static byte[] safetensors(RandomBundle random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WeightFiles.safetensors(NamedArray.of(ModelLayer.of(random.model, "file")), Map.of(), out);
    return out.toByteArray();
  }

  /** As PyTorch names those of a module within a module. */
  @Test
  void layersWithinABlockHaveItsNameInFront() {
    RandomBundle random = RandomBundle.ofBlocks(2);
    List<NamedArray> arrays = NamedArray.of(ModelLayer.of(random.model, "file"));
    assertThat(arrays)
        .extracting(NamedArray::torchName)
        .contains("residual-1.batch-norm-1.running_mean", "residual-1.dense-2.weight");
    assertThat(arrays).extracting(NamedArray::plainName).contains("residual-1.dense-2/weights");
    assertThat(arrays.stream().mapToLong(array -> array.values().length).sum())
        .isEqualTo(random.model.numParams());
  }
}
