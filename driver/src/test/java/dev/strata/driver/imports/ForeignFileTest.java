package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of other formats are refused with their format and a remedy. */
class ForeignFileTest {
  @TempDir private Path folder;

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of("m.tflite", "\u001c\0\0\0TFL3\0\0", "TensorFlow Lite"),
        Arguments.of("weights", "\u001c\0\0\0TFL3\0\0", "TensorFlow Lite"),
        Arguments.of("m.onnx", "something", "without the first bytes of ONNX"),
        Arguments.of("saved_model.pb", "\b\u0001\u0012\u0003abc", "SavedModel"),
        Arguments.of("m.pt", "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.", "PyTorch"),
        Arguments.of("m.pkl", "\u0080\u0004\u0095abc", "Python pickle"),
        Arguments.of("m.safetensors", "something", "without the header of safetensors"),
        Arguments.of("m.pth", "something", "safetensors.torch.save_file"),
        Arguments.of("m.gguf", "GGUF\u0003\0", "GGUF"),
        Arguments.of("m.gz", "\u001f\u008b\b", "gzip"),
        Arguments.of("m.json", "{\"class_name\": \"Sequential\"}", "JSON"),
        Arguments.of("m.bin", "\u00ac\u00ed\0\u0005t", "serialized Java object"),
        Arguments.of("m.bin", "something", "unknown first bytes"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void filesByTheirBytesOrNames(String name, String content, String words) throws IOException {
    Path file = Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused(file))
        .hasMessageContainingAll("import.from", words, "Keras (.keras, .h5), a DL4J zip");
  }

  @Test
  void zipsByTheirEntries() throws IOException {
    assertThat(refused(zip("m.pt", "archive/data.pkl", "archive/data/0")))
        .hasMessageContainingAll("PyTorch", "does not read", "safetensors.torch.save_file");
    assertThat(refused(zip("m.zip", "m/saved_model.pb", "m/variables/x")))
        .hasMessageContaining("SavedModel");
    assertThat(refused(zip("m.zip", "manifest.json", "model.zip", "preprocessing.json")))
        .hasMessageContaining("a model of Strata");
    assertThat(refused(zip("m.zip", "m/configuration.json", "m/coefficients.bin")))
        .hasMessageContaining("in a subfolder");
    assertThat(refused(zip("m.zip", "readme.txt"))).hasMessageContaining("starts with readme.txt");
    assertThat(refused(zip("m.zip"))).hasMessageContaining("an empty zip");
    assertThat(refused(Files.write(folder.resolve("none"), new byte[0])))
        .hasMessageContaining("an empty file");
  }

  @Test
  void foldersByTheirFiles() throws IOException {
    for (List<String> names :
        List.of(
            List.of("saved_model.pb", "a TensorFlow SavedModel"),
            List.of("model.weights.h5", "a .keras file"),
            List.of("preprocessing.json", "a model of Strata"),
            List.of("model.safetensors", "safetensors"),
            List.of("pytorch_model.bin", "PyTorch"))) {
      Path own = Files.createTempDirectory(folder, "model");
      Files.createFile(own.resolve(names.get(0)));
      assertThat(refused(own)).hasMessageContaining(names.get(1));
    }
    assertThat(Imports.refused(FailureKind.CONFIGURATION, () -> Imports.run(Imports.from(folder))))
        .hasMessageContaining("a folder");
  }

  private Path zip(String name, String... entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
      }
    }
    return file;
  }

  private static StrataException refused(Path file) {
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file)));
  }
}
