package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.strata.driver.imports.ImportSettings.WeightsOrder;
import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Storage;
import dev.strata.driver.testing.KerasModelFile.Version;
import dev.strata.driver.testing.KerasWeightsFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged files are imported, or refused as data: never another failure, never without an end. The
 * system property {@code strata.fuzz.imports} is the number of damaged copies of each file.
 */
@Seeded(0)
class ImportMutationTest {
  private static final Path FILES = Path.of("src/test/resources/imports");
  private static final int CASES = Integer.getInteger("strata.fuzz.imports", 60);

  /** Of formats whose files are small and quickly read. */
  private static final int MANY = Integer.getInteger("strata.fuzz.imports", 150);

  private static final Duration MOST = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private final Seed first;

  ImportMutationTest(Seed first) {
    this.first = first;
  }

  private interface Import {
    void run(Path file);
  }

  @ParameterizedTest
  @CsvSource({"r-maxnorm-int.h5", "m.weights.h5", "PACKED", "FLOAT32"})
  void hdf5(String name) throws IOException {
    byte[] whole =
        name.endsWith(".h5")
            ? Files.readAllBytes(FILES.resolve(name))
            : keras(Storage.valueOf(name));
    mutate(whole, "m.h5", file -> Imports.run(Imports.from(file)));
  }

  private byte[] keras(Storage storage) throws IOException {
    return Files.readAllBytes(kerasModel(storage).write(folder.resolve("whole.h5")));
  }

  private KerasModelFile kerasModel(Storage storage) {
    KerasModelFile model =
        KerasModelFile.sequential(
                Version.THIRD,
                "6",
                KerasModelFile.dense("a", 3, "relu"),
                KerasModelFile.dense("b", 2, "softmax"))
            .stored(storage);
    model.random("a", "kernel", 6, 3);
    model.random("a", "bias", 3);
    model.random("b", "kernel", 3, 2);
    model.random("b", "bias", 2);
    return model;
  }

  @Test
  void kerasZips() throws IOException {
    Path whole =
        new KerasWeightsFiles(kerasModel(Storage.FLOAT32)).writeKeras(folder.resolve("w.keras"));
    mutate(Files.readAllBytes(whole), "m.keras", file -> Imports.run(Imports.from(file)));
  }

  /** Within a sound zip: its checksum finds any other change. */
  @ParameterizedTest
  @CsvSource({"metadata.json", "config.json", "model.weights.h5"})
  void entriesOfKerasZips(String entry) throws IOException {
    Path whole =
        new KerasWeightsFiles(kerasModel(Storage.FLOAT32)).writeKeras(folder.resolve("w.keras"));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (var zip = new java.util.zip.ZipFile(whole.toFile())) {
      for (var own : zip.stream().toList()) {
        entries.put(own.getName(), zip.getInputStream(own).readAllBytes());
      }
    }
    mutate(
        entries.get(entry),
        "m.entry",
        file -> {
          try {
            entries.put(entry, Files.readAllBytes(file));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          Path keras = KerasWeightsFiles.zip(folder.resolve("m.keras"), entries);
          Imports.run(Imports.from(keras));
        });
  }

  @ParameterizedTest
  @CsvSource({"2", "3"})
  void weightsOfKeras(int version) throws IOException {
    KerasWeightsFiles files = new KerasWeightsFiles(kerasModel(Storage.FLOAT32));
    Path whole = folder.resolve("w.h5");
    files.write(version, whole);
    List<LayerSettings> layers =
        List.of(LayerSettings.dense(3).withName("a"), Imports.output("b", 2));
    mutate(Files.readAllBytes(whole), "m.h5", file -> Imports.run(Imports.from(file), layers, 6));
  }

  @ParameterizedTest
  @CsvSource({"plain.zip", "with-normalizer.zip"})
  void dl4jZips(String name) throws IOException {
    mutate(
        Files.readAllBytes(FILES.resolve(name)), "m.zip", file -> Imports.run(Imports.from(file)));
  }

  @Test
  void normalizers() throws IOException {
    byte[] whole;
    try (var zip = new java.util.zip.ZipFile(FILES.resolve("with-normalizer.zip").toFile())) {
      whole = zip.getInputStream(zip.getEntry("normalizer.bin")).readAllBytes();
    }
    mutate(
        whole,
        "n.bin",
        file -> {
          try (var in = Files.newInputStream(file)) {
            Dl4jNormalizer.read(in, "n.bin");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"big.npz", "fortran.npz", "half.npz"})
  void npz(String name) throws IOException {
    mutate(
        MANY / 3 + 1,
        Files.readAllBytes(FILES.resolve(name)),
        "m.npz",
        file ->
            Imports.run(
                Imports.mapped(file, NumpyVariantsTest.PLACES, WeightsOrder.OUT_IN),
                NumpyVariantsTest.LAYERS,
                5));
  }

  @Test
  void safetensors() throws IOException {
    SafetensorsImportTest files = new SafetensorsImportTest();
    mutate(MANY, files.whole(), "m.safetensors", SafetensorsImportTest::importState);
  }

  @Test
  void onnx() throws IOException {
    mutate(MANY, OnnxImportTest.whole(), "m.onnx", file -> Imports.run(Imports.from(file)));
    mutate(MANY, OnnxFormsTest.whole(), "m.onnx", file -> Imports.run(Imports.from(file)));
    mutate(MANY, OnnxConvolutionTest.whole(), "m.onnx", file -> Imports.run(Imports.from(file)));
  }

  @Test
  void onnxRefusedAtAnyCut() throws IOException {
    byte[] whole = OnnxImportTest.whole();
    for (int length = 0; length < whole.length; length += length < whole.length - 20 ? 7 : 1) {
      Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));
      Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file)));
    }
  }

  @Test
  void aSmallFileThatClaimsALargeArrayIsRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] whole = keras(Storage.FLOAT32);
    // The shape [6, 3] as the file has it: twice, as the greatest sizes follow.
    ByteBuffer shape = ByteBuffer.allocate(16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    shape.putLong(6).putLong(3);
    int found = 0;
    for (int at = 0; at + 16 <= whole.length; at++) {
      if (Arrays.equals(whole, at, at + 16, shape.array(), 0, 16)) {
        ByteBuffer.wrap(whole).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(at, 500_000_000L);
        found++;
      }
    }
    assertThat(found).isPositive();
    Path file = Files.write(folder.resolve("large.h5"), whole);
    assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file))))
        .hasMessageContaining("larger than a file of this length should hold");
  }

  private void mutate(byte[] whole, String name, Import imports) throws IOException {
    mutate(CASES, whole, name, imports);
  }

  private void mutate(int cases, byte[] whole, String name, Import imports) throws IOException {
    Path file = folder.resolve(name);
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      long seed = first.value() + i;
      Files.write(file, mutated(whole, new Random(seed)));
      boolean[] done = new boolean[1];
      assertTimeoutPreemptively(
          MOST,
          () -> {
            try {
              imports.run(file);
            } catch (StrataException e) {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.getMessage()).doesNotContain("Exception");
              done[0] = true;
            }
          },
          "case " + seed);
      refused += done[0] ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(cases / 10);
  }

  private static byte[] mutated(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) 0xFF);
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0);
        case 4 -> {
          int from = random.nextInt(bytes.length);
          int count = Math.min(32, bytes.length - Math.max(at, from));
          System.arraycopy(whole, Math.min(from, whole.length - count), bytes, at, count);
        }
        default -> {
          if (random.nextInt(3) == 0) {
            bytes = Arrays.copyOf(bytes, 1 + at);
          }
        }
      }
    }
    return bytes;
  }
}
