package dev.strata.driver.wordvectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class PretrainedVectorsTest {
  private static final Vocabulary WORDS =
      new Vocabulary(List.of("the", "cat", "sat"), List.of(6L, 2L, 1L), 1, 4, 5, 0);
  private static final String GLOVE = "cat 0.5 -1.5\nof 1 1\n. . . 3 3\nthe 2 1e-3\ncat 9 9\n";

  @TempDir Path temp;

  private NetworkSettings settings(Path file, int units) {
    return NetworkSettings.of(
        List.of(
            new LayerSettings.Embedding(
                Optional.of(units),
                Optional.of(file.toString()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            LayerSettings.pooling("mean"),
            LayerSettings.output()),
        UpdaterSettings.of("adam", 0.01));
  }

  private static NetworkConfiguration network(NetworkSettings settings) {
    return NetworkBuilder.build(
        settings, Optional.empty(), NetworkInput.text(4, WORDS.size()), OutputTask.classes(2), 7);
  }

  private Optional<PretrainedVectors> start(Path file, int units) {
    NetworkSettings settings = settings(file, units);
    return PretrainedVectors.of(new Configuration(), settings, network(settings), WORDS);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(temp.resolve("vectors.txt"), text);
  }

  @Test
  void wordsOfTheFileStartFromItAndOthersAtRandom() throws IOException {
    Path file = file(GLOVE);
    PretrainedVectors start = start(file, 2).orElseThrow();
    assertThat(start.found()).isEqualTo(2);
    assertThat(start.words()).isEqualTo(3);
    assertThat(start.share()).isEqualTo(0.8);
    NetworkConfiguration network = network(settings(file, 2));
    INDArray fresh = ((MultiLayerNetwork) network.newModel()).getLayer(0).getParam("W");
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(start.parameters().toFloats());
    INDArray vectors = model.getLayer(0).getParam("W");
    assertThat(vectors.getRow(2).toFloatVector()).containsExactly(2f, 0.001f);
    assertThat(vectors.getRow(3).toFloatVector()).containsExactly(0.5f, -1.5f);
    assertThat(vectors.getRow(4)).isEqualTo(fresh.getRow(4));
    assertThat(vectors.getRow(1)).isEqualTo(fresh.getRow(1));
  }

  @Test
  void countsAtTheTopAndCompressionAreUnderstood() throws IOException {
    Path file = temp.resolve("vectors.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(("5 2\n" + GLOVE).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(start(file, 2).orElseThrow().found()).isEqualTo(2);
  }

  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    assertThat(refused(temp.resolve("absent"), 2)).hasMessageContaining("does not exist");
    StrataException wide = refused(file(GLOVE), 3);
    assertThat(wide.found()).contains("2 numbers");
    assertThat(wide.key()).contains("network.layers[0].vectors");
    assertThat(refused(file("dog 1 2\n"), 2)).hasMessageContaining("no training word has a vector");
    StrataException damaged = refused(file("the 1 2\ncat 1 x\n"), 2);
    assertThat(damaged.kind()).isEqualTo(FailureKind.DATA);
    assertThat(damaged.row()).contains("line 2, cat");
  }

  @Test
  void blankLinesAndWordsOfWhiteSpaceAreNoVectorsOfOurs() throws IOException {
    Path file = file("the 1 2\n\u3000 7 7\n\ncat 3 4 \n\n");
    assertThat(start(file, 2).orElseThrow().found()).isEqualTo(2);
  }

  @Test
  void everyFormOfTheTextGivesTheSameVectors() throws IOException {
    String plain = "cat 0.5 -1.5\nof 1 1\nthe 2 1e-3\n";
    List<String> forms =
        List.of(
            plain,
            "\uFEFF" + plain,
            "3 2\n" + plain,
            "\uFEFF3 2\n" + plain,
            "3\t2\r\n" + plain.replace("\n", "\r\n"),
            plain.replace("\n", " \n"),
            plain.replace(' ', '\t'),
            plain.replaceFirst(" ", "\t"),
            plain.replace(" ", "  "),
            "\n\n" + plain.strip(),
            // words with blanks, first, last and in between; some end in a number
            ". . . 3 3\n" + plain + "at name@domain.com 4 4\nthe 10 5 5\n",
            "the cat 7 7\n" + plain,
            "cat 10 7 7\n" + plain,
            // a word that is a blank, and one that is white space of another kind
            "  7 7\n\u3000 7 7\n" + plain,
            plain + "cat 9 9\nthe 8 8\n",
            // only words that are not ours have vectors of other things
            plain + "sun NaN 1\nmoon x y\n");
    for (String form : forms) {
      PretrainedVectors start = start(file(form), 2).orElseThrow();
      assertThat(start.found()).as(form).isEqualTo(2);
      MultiLayerNetwork model =
          (MultiLayerNetwork)
              network(settings(temp.resolve("vectors.txt"), 2))
                  .newModel(start.parameters().toFloats());
      INDArray vectors = model.getLayer(0).getParam("W");
      assertThat(vectors.getRow(2).toFloatVector()).as(form).containsExactly(2f, 0.001f);
      assertThat(vectors.getRow(3).toFloatVector()).as(form).containsExactly(0.5f, -1.5f);
      PretrainedVectors.check(new Configuration(), settings(temp.resolve("vectors.txt"), 2));
    }
  }

  @Test
  void oneNumberAWordHasNoHeaderUnlessItSaysSo() throws IOException {
    assertThat(start(file("cat 3\nthe 4\n"), 1).orElseThrow().found()).isEqualTo(2);
    assertThat(start(file("2 1\ncat 3\nthe 4\n"), 1).orElseThrow().found()).isEqualTo(2);
    assertThat(start(file("2 5\ncat 3\nthe 4\n"), 1).orElseThrow().found()).isEqualTo(2);
  }

  @Test
  void whatIsWrongIsToldByLine() throws IOException {
    assertRefused("the 1 2\ncat 1\n", 2, "line 2", "1 number", "2, the layer's units");
    assertRefused("the 1 2\ncat\n", 2, "line 2", "0 numbers", "2, the layer's units");
    assertRefused("the 1 2 3\ncat 1 2 3\n", 2, "line 1", "3 numbers", "units = 3");
    assertRefused("the cat 1 2 3\ncat 1 2 3\n", 2, "line 1", "3 numbers", "units = 3");
    assertRefused("5 3\nthe 1 2 3\n", 2, "line 1", "3 numbers", "units = 3");
    assertRefused("the 1 2\nthe quick brown fox\n", 2, "line 2", "0 numbers", "units");
    assertRefused("the 1 NaN\n", 2, "line 1, the", "NaN", "finite numbers");
    assertRefused("dog 1 1\n\nthe 1 1e39\n", 2, "line 3, the", "1e39", "finite numbers");
    assertRefused("the 1 2f\n", 2, "line 1, the", "2f", "finite numbers");
    assertRefused("the 1,5 2\n", 2, "line 1, the", "1,5", "finite numbers");
    // A line far below that was cut off.
    assertRefused("the 1 2\n" + "of 1 2\n".repeat(200) + "cat 1", 2, "line 202", "1 number", "2");
  }

  private void assertRefused(String text, int units, String row, String found, String expected)
      throws IOException {
    StrataException refused = refused(file(text), units);
    assertThat(refused.row()).as(text).contains(row);
    assertThat(refused.found()).as(text).contains(found);
    assertThat(refused.expected().orElseThrow()).as(text).contains(expected);
    assertThat(refused.file().orElseThrow()).as(text).endsWith("vectors.txt");
    assertThat(refused.key()).as(text).contains("network.layers[0].vectors");
    assertThat(refused.kind()).isIn(FailureKind.CONFIGURATION, FailureKind.DATA);
  }

  @Test
  void filesThatAreNoTextAreRefused() throws IOException {
    byte[] binary = "2 2\nthe \0\0\0\1\0\0\0\2\n".getBytes(StandardCharsets.ISO_8859_1);
    byte[] wide = "\uFEFFthe 1 2\n".getBytes(StandardCharsets.UTF_16LE);
    byte[] zip = {'P', 'K', 3, 4, 20, 0, 0, 0};
    for (byte[] bytes : List.of(binary, wide, zip)) {
      StrataException refused = refused(Files.write(temp.resolve("vectors.bin"), bytes), 2);
      assertThat(refused).hasMessageContaining("not plain text");
      assertThat(refused.file().orElseThrow()).endsWith("vectors.bin");
    }
  }

  @Test
  void foldersAndDamagedArchivesAreTold() throws IOException {
    assertThat(refused(Files.createDirectory(temp.resolve("folder")), 2).kind())
        .isEqualTo(FailureKind.CONFIGURATION);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(whole)) {
      out.write(GLOVE.getBytes(StandardCharsets.UTF_8));
    }
    byte[] half = Arrays.copyOf(whole.toByteArray(), whole.size() / 2);
    assertThat(refused(Files.write(temp.resolve("half.gz"), half), 2).kind())
        .isEqualTo(FailureKind.DATA);
    Path text = Files.writeString(temp.resolve("text.gz"), GLOVE);
    assertThat(refused(text, 2).kind()).isEqualTo(FailureKind.DATA);
  }

  @Test
  void whatTheFileBeginsWithIsKnownBeforeAnythingIsComputed() throws IOException {
    Configuration hadoop = new Configuration();
    PretrainedVectors.check(hadoop, settings(file("dog 1 2\nof 1 x\n"), 2));
    StrataException wide =
        catchThrowableOfType(
            () -> PretrainedVectors.check(hadoop, settings(file(GLOVE), 3)), StrataException.class);
    assertThat(wide.found()).contains("2 numbers");
    assertThat(
            catchThrowableOfType(
                () -> PretrainedVectors.check(hadoop, settings(temp.resolve("absent"), 3)),
                StrataException.class))
        .hasMessageContaining("does not exist");
  }

  private StrataException refused(Path file, int units) {
    return catchThrowableOfType(() -> start(file, units), StrataException.class);
  }
}
