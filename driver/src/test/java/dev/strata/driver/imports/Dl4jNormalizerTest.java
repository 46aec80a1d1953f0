package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.preprocess.Scaling;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** A DL4J zip with its normaliser computes here what it computes in DL4J alone. */
class Dl4jNormalizerTest {
  private static final Path FILES = Path.of("src/test/resources/imports");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain.zip", "repacked.zip", "with-normalizer.zip"})
  void zipsOfDl4jComputeTheSame(String name) throws IOException {
    assertSame(FILES.resolve(name));
  }

  static Stream<DataNormalization> normalizers() throws IOException {
    DataSet rows = new DataSet(rows(), Nd4j.zeros(rows().size(0), 2));
    NormalizerMinMaxScaler wide = new NormalizerMinMaxScaler(-3, 5);
    NormalizerMinMaxScaler plain = new NormalizerMinMaxScaler();
    NormalizerStandardize standard = new NormalizerStandardize();
    for (DataNormalization own : List.of(wide, plain, standard)) {
      own.fit(rows);
    }
    return Stream.of(
        wide,
        plain,
        standard,
        new ImagePreProcessingScaler(),
        new ImagePreProcessingScaler(0, 2, 16),
        new ImagePreProcessingScaler(-1, 1));
  }

  @ParameterizedTest
  @MethodSource("normalizers")
  void everyNormaliserOfFeatures(DataNormalization normalizer) throws IOException {
    assertSame(with(normalizer));
  }

  @Test
  void theScalingIsThatOfTheKind() throws IOException {
    assertThat(imported(FILES.resolve("with-normalizer.zip")).preprocessing().scaling())
        .isEqualTo(Scaling.STANDARD);
    assertThat(imported(with(new ImagePreProcessingScaler())).preprocessing().divideBy())
        .isEqualTo(255);
  }

  @Test
  void aConstantColumnIsDividedByWhatDl4jDividesBy() throws IOException {
    INDArray constant = rows().dup();
    constant.putColumn(1, Nd4j.valueArrayOf(constant.size(0), 0.25f).castTo(DataType.FLOAT));
    NormalizerStandardize standard = new NormalizerStandardize();
    standard.fit(new DataSet(constant, Nd4j.zeros(constant.size(0), 2)));
    ImportedModel imported = imported(with(standard));
    assertThat(imported.preprocessing().statistics().get(0).deviation().get(1))
        .isCloseTo(1e-5, within(1e-9));
  }

  @Test
  void othersAreRefusedByName() throws IOException {
    NormalizerStandardize labels = new NormalizerStandardize();
    labels.fitLabel(true);
    labels.fit(new DataSet(rows(), rows()));
    assertThat(refused(with(labels))).hasMessageContainingAll("normalizer.bin", "fitLabel");

    NormalizerStandardize narrow = new NormalizerStandardize();
    narrow.fit(new DataSet(rows().getColumns(0), rows()));
    assertThat(refused(with(narrow))).hasMessageContainingAll("1 numbers", "expected: 2");

    assertThat(refused(with(bytes("MULTI_STANDARDIZE")))).hasMessageContaining("MULTI_STANDARDIZE");
    assertThat(refused(with(bytes("IMAGE_VGG16")))).hasMessageContaining("IMAGE_VGG16");
    assertThat(refused(with(bytes("CUSTOM", "java.lang.Thread"))))
        .hasMessageContainingAll("custom normaliser class", "java.lang.Thread");
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    new ObjectOutputStream(object).writeObject("text");
    assertThat(refused(with(object.toByteArray()))).hasMessageContaining("serialized Java object");
    assertThat(refused(with(new byte[] {0, 3, 1}))).hasMessageContaining("unexpected end");
  }

  @Test
  void settingsThatSayOtherwiseAreRefused() throws IOException {
    Path file = FILES.resolve("with-normalizer.zip");
    DataSettings other = new TestDataSettings().scaling(Scaling.MIN_MAX).build();
    assertThat(Imports.refused(FailureKind.CONFIGURATION, () -> run(Imports.from(file), other)))
        .hasMessageContainingAll("data.scaling", "min-max", "standard");
    ImportSettings plain = Imports.from(file);
    ImportSettings given =
        new ImportSettings(
            plain.from(),
            plain.format(),
            plain.loss(),
            Optional.of(folder.toString()),
            plain.arrays(),
            plain.weightsOrder(),
            plain.reference(),
            plain.tolerance());
    assertThat(Imports.refused(FailureKind.CONFIGURATION, () -> Imports.run(given)))
        .hasMessageContainingAll("import.preprocessing", "normalizer.bin");
  }

  private static ImportedModel run(ImportSettings settings, DataSettings data) {
    return new ModelImport(
            new Configuration(),
            settings,
            data,
            NetworkSettings.of(List.of(), UpdaterSettings.of("sgd", 0.1)),
            5)
        .run();
  }

  private static ImportedModel imported(Path file) {
    return Imports.run(Imports.from(file));
  }

  private static StrataException refused(Path file) {
    return Imports.refused(FailureKind.DATA, () -> imported(file));
  }

  /** Rows of the case, through Strata's preprocessing and model, and through DL4J alone. */
  private static void assertSame(Path file) throws IOException {
    ImportedModel imported = imported(file);
    RowEncoder encoder = new RowEncoder(imported.preprocessing());
    INDArray rows = rows();
    int count = (int) rows.size(0);
    float[][] encoded = new float[count][2];
    for (int r = 0; r < count; r++) {
      double[] numbers = {rows.getFloat(r, 0), rows.getFloat(r, 1)};
      encoder.features(
          new PlainRow(null, numbers, new String[0], null, null, 1, PlainRow.Fate.USED),
          encoded[r],
          0);
    }
    INDArray found =
        ((MultiLayerNetwork) imported.model().newModel()).output(Nd4j.createFromArray(encoded));

    Pair<MultiLayerNetwork, Normalizer> own =
        ModelSerializer.restoreMultiLayerNetworkAndNormalizer(file.toFile(), false);
    INDArray input = rows.dup();
    if (own.getSecond() != null) {
      ((DataNormalization) own.getSecond()).transform(input);
    }
    INDArray expected = own.getFirst().output(input);
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < 2; i++) {
        assertThat(found.getFloat(r, i)).isCloseTo(expected.getFloat(r, i), within(1e-5f));
      }
    }
  }

  private static INDArray rows() throws IOException {
    List<String> lines = Files.readAllLines(FILES.resolve("rows.csv"));
    float[][] rows = new float[lines.size() - 1][2];
    for (int r = 0; r < rows.length; r++) {
      String[] cells = lines.get(r + 1).split(",");
      rows[r][0] = Float.parseFloat(cells[0]);
      rows[r][1] = Float.parseFloat(cells[1]);
    }
    return Nd4j.createFromArray(rows);
  }

  private static byte[] bytes(String... texts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    for (String text : texts) {
      out.writeUTF(text);
    }
    return bytes.toByteArray();
  }

  private Path with(DataNormalization normalizer) throws IOException {
    Path file = folder.resolve("n.zip");
    Files.deleteIfExists(file);
    Files.copy(FILES.resolve("plain.zip"), file);
    ModelSerializer.addNormalizerToModel(file.toFile(), normalizer);
    return file;
  }

  private Path with(byte[] normalizer) throws IOException {
    Path file = folder.resolve("n.zip");
    try (ZipFile zip = new ZipFile(FILES.resolve("plain.zip").toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("normalizer.bin"));
      out.write(normalizer);
      for (var entry : zip.stream().toList()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(zip.getInputStream(entry).readAllBytes());
      }
    }
    return file;
  }
}
