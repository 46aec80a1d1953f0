package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a bundle is told as a failure of data, with the file at fault. */
class DamagedBundleTest {
  @TempDir Path folder;

  private final Configuration configuration = new Configuration();

  @BeforeEach
  void bundle() throws IOException {
    BundleWriter.write(
        configuration,
        folder.toString(),
        BundleSamples.trained(BundleSamples.network(), 1),
        BundleSamples.preprocessing(),
        BundleSamples.provenance());
    try (var files = Files.list(folder)) {
      // Hadoop's own checksums of local files: ours must do without.
      for (Path file : files.filter(f -> f.toString().endsWith(".crc")).toList()) {
        Files.delete(file);
      }
    }
  }

  private AbstractThrowableAssert<?, ?> failure(Path where) {
    return assertThatThrownBy(() -> BundleReader.open(configuration, where.toString(), "init.from"))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.zip", "preprocessing.json", "provenance.json"})
  void everyFileIsVerified(String name) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    Files.write(file, flipped);
    failure(folder)
        .hasMessageContaining("damaged")
        .hasMessageContaining(name)
        .hasMessageContaining("sha256");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    failure(folder).hasMessageContaining(name).hasMessageContaining((bytes.length - 1) + " bytes");
    Files.delete(file);
    failure(folder).hasMessageContaining("missing").hasMessageContaining(name);
    Files.write(file, bytes);
    assertThat(BundleReader.open(configuration, folder.toString(), "model")).isNotNull();
  }

  @Test
  void damageThatTheStoreFindsIsToldToo() throws IOException {
    BundleWriter.write(
        configuration,
        folder.resolve("crc").toString(),
        BundleSamples.trained(BundleSamples.network(), 1),
        BundleSamples.preprocessing(),
        BundleSamples.provenance());
    Path file = folder.resolve("crc/model.zip");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    failure(folder.resolve("crc"))
        .hasMessageContaining("damaged")
        .hasMessageContaining("model.zip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "[]", "{\"kind\":\"model-bundle\",\"formatVersion\":1}"})
  void aManifestOfOtherContentIsRefused(String text) throws IOException {
    Files.writeString(folder.resolve("manifest.json"), text);
    failure(folder).hasMessageContaining("manifest.json");
  }

  @Test
  void aNewerVersionIsNamed() throws IOException {
    replace("manifest.json", "\"formatVersion\" : 3", "\"formatVersion\" : 4");
    failure(folder)
        .hasMessageContaining("newer version of Strata")
        .hasMessageContaining("format version 4, written by Strata 0.1.0")
        .hasMessageContaining("at most 3");
  }

  @Test
  void filesOutsideTheFolderAreNotRead() throws IOException {
    replace("manifest.json", "\"name\" : \"model.zip\"", "\"name\" : \"../model.zip\"");
    failure(folder).hasMessageContaining("../model.zip");
  }

  @Test
  void otherFoldersAreToldApart() throws IOException {
    failure(folder.resolve("nowhere"))
        .hasMessageContaining("folder not found")
        .hasMessageContaining("init.from");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    failure(empty).hasMessageContaining("no manifest.json in it");
    Files.writeString(empty.resolve("run.json"), "{}");
    failure(empty).hasMessageContaining("a run without a model so far");
    Files.createDirectory(empty.resolve("model"));
    Files.writeString(empty.resolve("model/model.zip"), "");
    failure(empty).hasMessageContaining("a model without its manifest.json");
    Files.writeString(empty.resolve("manifest.json"), "{\"formatVersion\":1,\"split\":\"train\"}");
    failure(empty).hasMessageContaining("not the manifest of a model bundle");
    assertThatThrownBy(() -> BundleReader.open(configuration, "nofs://x/y", "model"))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
  }

  private void replace(String name, String old, String text) throws IOException {
    Path file = folder.resolve(name);
    String content = Files.readString(file);
    assertThat(content).contains(old);
    Files.writeString(file, SampleBundles.signed(content.replace(old, text)));
  }

  /** The zip's entries, with one replaced, written in their order. */
  private byte[] zip(String replaced, String asName, byte[] content) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in =
        new ZipInputStream(Files.newInputStream(folder.resolve("model.zip")))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        boolean other = e.getName().equals(replaced);
        entries.put(
            other ? asName : e.getName(), other && content != null ? content : in.readAllBytes());
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static AbstractThrowableAssert<?, ?> unreadable(byte[] zip) {
    return assertThatThrownBy(
            () ->
                new ModelZip(new org.apache.hadoop.fs.Path("/m/model.zip"), zip.length)
                    .read(new ByteArrayInputStream(zip)))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file()).contains("/m/model.zip");
            });
  }

  @Test
  void hostileZipsAreRefused() throws IOException {
    unreadable(new byte[0]);
    unreadable("PK no zip".getBytes(StandardCharsets.UTF_8));
    unreadable(zip("coefficients.bin", "../../coefficients.bin", null))
        .hasMessageContaining("../../coefficients.bin");
    unreadable(zip("updaterState.bin", "/etc/passwd", null)).hasMessageContaining("/etc/passwd");
    unreadable(zip("configuration.json", "configuration.json", new byte[ModelZip.JSON_LIMIT + 1]))
        .hasMessageContaining("more than");
    unreadable(
            zip("configuration.json", "configuration.json", "{}".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("cannot read the model's configuration");
    byte[] whole = Files.readAllBytes(folder.resolve("model.zip"));
    for (int length = 0; length < whole.length * 9 / 10; length += 97) {
      unreadable(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void aNetworkThatItsFileCannotHoldIsRefusedBeforeItIsMade() throws IOException {
    String json = BundleSamples.network().json().replace("\"nout\" : 7", "\"nout\" : 2000000000");
    assertThat(json).contains("2000000000");
    unreadable(
            zip("configuration.json", "configuration.json", json.getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("a network of 18000000058 parameters")
        .hasMessageContaining("in a file of");
  }

  @Test
  void arraysOfAnotherLengthAreRefusedBeforeTheyAreRead() throws IOException {
    var small = BundleSamples.trained(BundleSamples.network(UpdaterSettings.of("adam", 0.1)), 1);
    byte[] json = small.network().json().getBytes(StandardCharsets.UTF_8);
    unreadable(zip("configuration.json", "configuration.json", json))
        .hasMessageContaining("elements of type FLOAT")
        .hasMessageContaining("a flat float32 array of " + small.parameters().length());
  }

  @Test
  void provenanceHoldsNoSecrets() throws IOException {
    String text = Files.readString(folder.resolve("provenance.json"));
    assertThat(text).doesNotContain("hush").contains("data.options.password");
    assertThat(Json.read(text, Provenance.class, "x").configuration()).containsEntry("seed", "42");
  }
}
