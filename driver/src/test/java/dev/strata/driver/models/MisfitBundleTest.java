package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bundles whose checksums are right and whose files do not fit together: each is refused when it is
 * opened, the file named.
 */
class MisfitBundleTest {
  private static final String ZIP = BundleManifest.MODEL;
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";

  @TempDir Path folder;

  private final Configuration configuration = new Configuration();

  private void refused(String file, String... words) {
    assertThatThrownBy(() -> BundleReader.open(configuration, folder.toString(), "model"))
        .hasMessageContainingAll(words)
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).endsWith(file);
            });
  }

  private void replace(String file, String old, String text) throws IOException {
    Path path = folder.resolve(file);
    String content = Files.readString(path);
    assertThat(content).contains(old);
    write(file, content.replace(old, text).getBytes(StandardCharsets.UTF_8));
  }

  /** Another file, and the manifest that describes it. */
  private void write(String name, byte[] bytes) throws IOException {
    Files.deleteIfExists(folder.resolve("." + name + ".crc"));
    Files.write(folder.resolve(name), bytes);
    Path manifest = folder.resolve(BundleManifest.FILE_NAME);
    BundleManifest old = Json.read(Files.readString(manifest), BundleManifest.class, manifest);
    org.apache.hadoop.fs.Path at = new org.apache.hadoop.fs.Path(folder.toUri());
    List<StoredFile> files = new ArrayList<>();
    for (StoredFile file : old.files()) {
      files.add(BundleFiles.describe(at.getFileSystem(configuration), at, file.name()));
    }
    Files.deleteIfExists(folder.resolve(".manifest.json.crc"));
    Files.writeString(manifest, BundleManifest.text(old.strataVersion(), old.modelSha256(), files));
  }

  private Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(folder.resolve(ZIP)))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        entries.put(e.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private void zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    write(ZIP, bytes.toByteArray());
  }

  private void network(String old, String text) throws IOException {
    Map<String, byte[]> entries = entries();
    String json = new String(entries.get(CONFIGURATION), StandardCharsets.UTF_8);
    assertThat(json).contains(old);
    entries.put(CONFIGURATION, json.replace(old, text).getBytes(StandardCharsets.UTF_8));
    zip(entries);
  }

  @Test
  void aManifestSignsItself() throws IOException {
    SampleBundles.table(folder);
    Files.delete(folder.resolve(".manifest.json.crc"));
    Path manifest = folder.resolve(BundleManifest.FILE_NAME);
    String text = Files.readString(manifest);
    for (String line : text.lines().filter(l -> l.contains(" : ")).toList()) {
      Files.writeString(manifest, text.replace(line + "\n", ""));
      refused(BundleManifest.FILE_NAME, "manifest.json");
    }
    Files.writeString(manifest, text.replace("\"formatVersion\" : 3", "\"formatVersion\" : 1"));
    refused(BundleManifest.FILE_NAME, "damaged", "selfSha256");
    Files.writeString(
        manifest, text.replaceFirst("(\"bytes\" : \\d+,\n)", "$1    \"more\" : 1,\n"));
    refused(BundleManifest.FILE_NAME, "damaged", "selfSha256");
    Files.writeString(manifest, SampleBundles.signed(text.replace("\"bytes\" : ", "\"x\" : ")));
    refused(ZIP, "0 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[ \"blue\", \"green\", \"red\" ] | [ \"blue\", \"green\" ]",
        "\"classes\" : [ \"a\", \"b\", \"c\" ] | \"classes\" : [ \"a\", \"b\" ]",
        "\"classes\" : [ \"a\", \"b\", \"c\" ] | \"classes\" : [ ]",
        "\"mean\" : [ 0.5 ] | \"mean\" : [ ]",
        "\"scaling\" : \"STANDARD\" | \"scaling\" : null",
        "\"width\" : 1 | \"width\" : 2147483647"
      })
  void aPreprocessingOfOtherRowsIsRefused(String old, String text) throws IOException {
    SampleBundles.table(folder);
    replace("preprocessing.json", old, text);
    assertThatThrownBy(() -> BundleReader.open(configuration, folder.toString(), "model"))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).startsWith("file:" + folder);
            });
  }

  @Test
  void otherClassesThanTheNetworkGivesAreNamed() throws IOException {
    SampleBundles.images(folder);
    replace("preprocessing.json", "[ \"no\", \"yes\" ]", "[ \"no\", \"perhaps\", \"yes\" ]");
    refused("preprocessing.json", "3 classes or values of a label", "2, the width");
  }

  @Test
  void imagesOfAnotherShapeAreRefused() throws IOException {
    SampleBundles.images(folder);
    replace("preprocessing.json", "[ 6, 5 ]", "[ 5, 6 ]");
    refused(ZIP, "images of 6 × 5", "images of 5 × 6, 30 numbers");
  }

  @Test
  void moreWordsThanTheNetworkHasVectorsForAreRefused() throws IOException {
    SampleBundles.text(folder);
    replace("preprocessing.json", "\"five\" ]", "\"five\", \"six\" ]");
    replace("preprocessing.json", "6, 5 ]", "6, 5, 4 ]");
    refused(ZIP, "vectors of 7 words", "6 words out of 8");
  }

  @ParameterizedTest
  @CsvSource({"job", "created", "strataVersion"})
  void aProvenanceWithoutWhatIsReadIsRefused(String field) throws IOException {
    SampleBundles.table(folder);
    replace("provenance.json", "\"" + field + "\" : ", "\"other-" + field + "\" : ");
    refused("provenance.json", field + " = null");
  }

  @Test
  void aNetworkWithoutItsArrayIsRefusedBeforeAnythingOfItsSizeIsMade() throws IOException {
    SampleBundles.images(folder);
    // a convolution of 700,000 planes, 4.9 million parameters, and an array of some hundred
    network("\"nout\" : 4", "\"nout\" : 700000");
    long before = allocated();
    refused(ZIP, COEFFICIENTS, "elements of type FLOAT", "as the network has");
    assertThat(allocated() - before).isLessThan(64L << 20);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  @Test
  void anArrayThatIsAllPaddingIsNoNetwork() throws IOException {
    SampleBundles.images(folder);
    network("\"nout\" : 4", "\"nout\" : 3000000");
    refused(ZIP, "a network of", "at most 8388608 in a file of");
  }

  @Test
  void anArrayThatEndsEarlyIsRefused() throws IOException {
    SampleBundles.table(folder);
    Map<String, byte[]> entries = entries();
    byte[] whole = entries.get(COEFFICIENTS);
    entries.put(COEFFICIENTS, Arrays.copyOf(whole, whole.length - 1));
    zip(entries);
    refused(ZIP, "ends before its last element");
  }

  @Test
  void anotherUpdatersStateIsRefused() throws IOException {
    SampleBundles.table(folder);
    Map<String, byte[]> entries = entries();
    entries.put("updaterState.bin", entries.get(COEFFICIENTS));
    zip(entries);
    refused(ZIP, "updaterState.bin", "as the network has");
  }

  @Test
  void countersAndDataTypesThatNoModelHasAreRefused() throws IOException {
    SampleBundles.table(folder);
    network("\"epochCount\" : 2", "\"epochCount\" : -2");
    refused(ZIP, "epochCount -2");
    SampleBundles.table(folder);
    network("\"dataType\" : \"FLOAT\"", "\"dataType\" : \"DOUBLE\"");
    refused(ZIP, "DOUBLE", "FLOAT");
  }

  @Test
  void namesThatAreNotUtf8AreRefused() throws IOException {
    SampleBundles.table(folder);
    byte[] zip = Files.readAllBytes(folder.resolve(ZIP));
    zip[30] = (byte) 0xC0;
    write(ZIP, zip);
    refused(ZIP, "not UTF-8");
  }

  @Test
  void lengthsBeyondAllMemoryAreRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("LONG_SHAPE");
    out.writeLong(0);
    out.writeUTF("LONG");
    out.writeUTF("LONG_SHAPE");
    out.writeLong(Long.MAX_VALUE);
    out.writeUTF("FLOAT");
    SampleBundles.table(folder);
    Map<String, byte[]> entries = entries();
    entries.put(COEFFICIENTS, bytes.toByteArray());
    zip(entries);
    refused(ZIP, Long.MAX_VALUE + " elements of type FLOAT");
  }

  @Test
  void whatSamplesWriteIsReadAgain() {
    SampleBundles.graph(folder);
    ModelBundle graph = BundleReader.open(configuration, folder.toString(), "model");
    assertThat(graph.model().parameters().length()).isPositive();
    SampleBundles.text(folder);
    ModelBundle text = BundleReader.open(configuration, folder.toString(), "model");
    assertThat(text.preprocessing().vocabularySize()).isEqualTo(7);
  }
}
