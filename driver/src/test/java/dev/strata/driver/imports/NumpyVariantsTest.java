package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.imports.ImportSettings.WeightsOrder;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays as NumPy writes them on any machine: read right, or refused by what they hold. */
class NumpyVariantsTest {
  private static final Path FILES = Path.of("src/test/resources/imports");
  static final Map<String, Map<String, String>> PLACES =
      Map.of(
          "fc1", Map.of("weights", "fc1.weight", "bias", "fc1.bias"),
          "fc2", Map.of("weights", "fc2.weight", "bias", "fc2.bias"));

  static final List<LayerSettings> LAYERS =
      List.of(LayerSettings.dense(7, "relu").withName("fc1"), output("fc2"));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"big, 1e-6", "fortran, 1e-6", "half, 1e-3"})
  void filesOfOtherMachinesComputeTheReference(String file, double most) {
    ImportSettings settings =
        Imports.mapped(FILES.resolve(file + ".npz"), PLACES, WeightsOrder.OUT_IN);
    ImportedModel imported =
        Imports.run(
            new ImportSettings(
                settings.from(),
                settings.format(),
                settings.loss(),
                settings.preprocessing(),
                settings.arrays(),
                settings.weightsOrder(),
                Optional.of(FILES.resolve("ref.npz").toString()),
                most),
            LAYERS,
            5);
    assertThat(imported.differences()).containsOnlyKeys("fc1", "fc2");
  }

  private static LayerSettings output(String name) {
    return new LayerSettings.Output(
        Optional.of(3),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "|b1", "|i1", "|u1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8",
        "<u8", ">u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "=f4", "=i8", "f4"
      })
  void everyTypeInEitherOrderAndVersion(String type) throws IOException {
    boolean bool = type.endsWith("b1");
    double[] values = {0, 1, bool ? 1 : 2, bool ? 0 : 100, bool ? 0 : 3, 1};
    for (int version = 1; version <= 3; version++) {
      assertThat(read(npy(type, false, "(2, 3)", version, values)).values())
          .as("C, version %d", version)
          .containsExactly(floats(values));
      double[] turned = {values[0], values[3], values[1], values[4], values[2], values[5]};
      assertThat(read(npy(type, true, "(2, 3)", version, turned)).values())
          .as("Fortran, version %d", version)
          .containsExactly(floats(values));
    }
  }

  @Test
  void negativeNumbersAndTheEndsOfTypes() throws IOException {
    assertThat(read(npy("|i1", false, "(2,)", 1, -1, -128)).values()).containsExactly(-1, -128);
    assertThat(read(npy("|u1", false, "(1,)", 1, 255)).values()).containsExactly(255);
    assertThat(read(npy(">i2", false, "(1,)", 1, -300)).values()).containsExactly(-300);
    assertThat(read(npy("<u4", false, "(1,)", 1, 4294967295.0)).values())
        .containsExactly(4294967295f);
    assertThat(read(npy(">i8", false, "(1,)", 1, -5)).values()).containsExactly(-5);
    byte[] half = npy("<f2", false, "(6,)", 1, 0, 0, 0, 0, 0, 0);
    int[] bits = {0x3555, 0x8001, 0x7BFF, 0xFC00, 0x0400, 0xC000};
    for (int i = 0; i < bits.length; i++) {
      half[half.length - 12 + 2 * i] = (byte) bits[i];
      half[half.length - 11 + 2 * i] = (byte) (bits[i] >> 8);
    }
    assertThat(read(half).values())
        .containsExactly(
            0.33325195f, -5.9604645e-8f, 65504, Float.NEGATIVE_INFINITY, 6.1035156e-5f, -2);
  }

  @Test
  void shapesWithoutDimensionsOrElements() throws IOException {
    NumpyArray single = read(npy("<f4", false, "()", 1, 7));
    assertThat(single.shape()).isEmpty();
    assertThat(single.values()).containsExactly(7);
    NumpyArray none = read(npy("<f8", true, "(0, 5)", 2));
    assertThat(none.shape()).containsExactly(0, 5);
    assertThat(none.values()).isEmpty();
    assertThat(read(npy("<f4", true, "(3L,)", 1, 1, 2, 3)).shape()).containsExactly(3);
    assertThat(read(npy("<f4", true, "(2, 1, 3)", 1, 1, 2, 3, 4, 5, 6)).values())
        .containsExactly(1, 3, 5, 2, 4, 6);
  }

  @ParameterizedTest
  @CsvSource({
    "|O, a pickle",
    "<c8, complex",
    "<U3, strings",
    "|S5, strings",
    "<M8[ns], times",
    "|V2, bfloat16",
    "<f16, type <f16",
    "<i3, type <i3"
  })
  void otherTypesAreRefusedByName(String type, String words) {
    StrataException refused = refused(header("'" + type + "'", "False", "(2,)", 1));
    assertThat(refused).hasMessageContainingAll(words, "float32");
    assertThat(refused(header("[('a', '<f4'), ('b', '<i4')]", "False", "(2,)", 1)))
        .hasMessageContaining("records");
  }

  @Test
  void whatClaimsMoreThanItHasIsRefusedBeforeMemoryIsTaken() {
    assertThat(refused(header("'<f4'", "False", "(200000000,)", 1)))
        .hasMessageContaining("truncated");
    assertThat(refused(header("'<f4'", "False", "(2147483647, 2147483647, 2147483647)", 1)))
        .hasMessageContaining("larger than the file allows");
    assertThat(refused(header("'|u1'", "True", "(99999999999,)", 1)))
        .hasMessageContaining("dimension");
    byte[] long2 = header("'<f4'", "False", "(1,)", 2);
    long2[11] = 0x7F;
    assertThat(refused(long2)).hasMessageContaining("a header of");
    assertThat(refused(npy("<f4", false, "(1,)", 1, 1, 2))).hasMessageContaining("longer");
    assertThat(refused(npy("<f4", false, "(3,)", 1, 1, 2))).hasMessageContaining("truncated");
    assertThat(refused(npy("<f4", false, "(1,)", 4, 1))).hasMessageContaining("version 4");
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false",
    "true, false, false",
    "false, true, false",
    "true, true, false",
    "false, true, true",
    "true, true, true",
    "false, false, true"
  })
  void zipsStoredOrPackedWithSizesBehindOrIn64Bits(boolean packed, boolean behind, boolean wide)
      throws IOException {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("b", npy("<f4", false, "(2,)", 1, 1, 2));
    arrays.put("a", npy(">f8", false, "(1, 3)", 2, 3, 4, 5));
    Path file = Files.write(folder.resolve("a.npz"), zip(arrays, packed, behind, wide));
    NumpyArrays read = open(file);
    assertThat(read.arrays().get("a").values()).containsExactly(3, 4, 5);
    assertThat(read.arrays().get("b").values()).containsExactly(1, 2);
  }

  @Test
  void aZipWithAWrongChecksumIsRefused() throws IOException {
    byte[] zip = zip(Map.of("a", npy("<f4", false, "(2,)", 1, 1, 2)), false, false, false);
    // The last element's last byte lies before the directory.
    int at = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002") - 1;
    zip[at] ^= 1;
    Path file = Files.write(folder.resolve("a.npz"), zip);
    assertThat(Imports.refused(FailureKind.DATA, () -> open(file)))
        .hasMessageContainingAll("a.npy", "checksum");
  }

  private StrataException refused(byte[] npy) {
    return Imports.refused(FailureKind.DATA, () -> read(npy));
  }

  private NumpyArray read(byte[] npy) throws IOException {
    return open(Files.write(folder.resolve("a.npy"), npy)).arrays().get("array");
  }

  private static NumpyArrays open(Path file) {
    try (ImportSource source =
        ImportSource.copy(new Configuration(), file.toString(), "import.from")) {
      return NumpyArrays.read(source, name -> true, 1L << 30);
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static byte[] header(String descriptor, String fortran, String shape, int version) {
    String text =
        "{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n".formatted(descriptor, fortran, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + (version == 1 ? 2 : 4) + text.length())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      bytes.putShort((short) text.length());
    } else {
      bytes.putInt(text.length());
    }
    return bytes.put(text.getBytes(StandardCharsets.ISO_8859_1)).array();
  }

  private static byte[] npy(
      String type, boolean fortran, String shape, int version, double... values) {
    byte[] head = header("'" + type + "'", fortran ? "True" : "False", shape, version);
    int bytes = type.charAt(type.length() - 1) - '0';
    ByteBuffer all =
        ByteBuffer.allocate(head.length + bytes * values.length)
            .put(head)
            .order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type.charAt(type.length() - 2) == 'f' ? 10 + bytes : bytes) {
        case 1 -> all.put((byte) (int) value);
        case 2 -> all.putShort((short) (int) value);
        case 4 -> all.putInt((int) (long) value);
        case 8 -> all.putLong((long) value);
        // Whole numbers below 2048: their leading bits.
        case 12 ->
            all.putShort(
                (short)
                    (Float.floatToIntBits((float) value) == 0
                        ? 0
                        : (Math.getExponent(value) + 15) << 10
                            | (Float.floatToIntBits((float) value) >> 13 & 0x3FF)));
        case 14 -> all.putFloat((float) value);
        default -> all.putDouble(value);
      }
    }
    return all.array();
  }

  /** A zip by hand: Java writes neither stored entries with sizes behind nor small zip64 ones. */
  private static byte[] zip(
      Map<String, byte[]> arrays, boolean packed, boolean behind, boolean wide) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
      byte[] name = (array.getKey() + ".npy").getBytes(StandardCharsets.UTF_8);
      byte[] data = packed ? pack(array.getValue()) : array.getValue();
      CRC32 crc = new CRC32();
      crc.update(array.getValue());
      int at = out.size();
      ByteBuffer local = little(30 + name.length + (wide ? 20 : 0));
      int none = wide ? -1 : 0;
      local.putInt(0x04034b50).putShort((short) 45).putShort((short) (behind ? 8 : 0));
      local.putShort((short) (packed ? 8 : 0)).putInt(0);
      local.putInt(behind ? 0 : (int) crc.getValue());
      local.putInt(behind || wide ? none : data.length);
      local.putInt(behind || wide ? none : array.getValue().length);
      local.putShort((short) name.length).putShort((short) (wide ? 20 : 0)).put(name);
      if (wide) {
        local.putShort((short) 1).putShort((short) 16);
        local.putLong(behind ? 0 : array.getValue().length).putLong(behind ? 0 : data.length);
      }
      out.write(local.array());
      out.write(data);
      if (behind) {
        ByteBuffer descriptor =
            little(wide ? 24 : 16).putInt(0x08074b50).putInt((int) crc.getValue());
        if (wide) {
          descriptor.putLong(data.length).putLong(array.getValue().length);
        } else {
          descriptor.putInt(data.length).putInt(array.getValue().length);
        }
        out.write(descriptor.array());
      }
      ByteBuffer central = little(46 + name.length);
      central.putInt(0x02014b50).putShort((short) 45).putShort((short) 45);
      central.putShort((short) (behind ? 8 : 0)).putShort((short) (packed ? 8 : 0)).putInt(0);
      central.putInt((int) crc.getValue()).putInt(data.length).putInt(array.getValue().length);
      central.putShort((short) name.length).putShort((short) 0).putShort((short) 0);
      central.putShort((short) 0).putShort((short) 0).putInt(0).putInt(at).put(name);
      directory.write(central.array());
    }
    int at = out.size();
    out.write(directory.toByteArray());
    ByteBuffer end = little(22).putInt(0x06054b50).putInt(0);
    end.putShort((short) arrays.size()).putShort((short) arrays.size());
    end.putInt(directory.size()).putInt(at).putShort((short) 0);
    out.write(end.array());
    return out.toByteArray();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] pack(byte[] data) {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] packed = new byte[data.length + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    return java.util.Arrays.copyOf(packed, length);
  }
}
