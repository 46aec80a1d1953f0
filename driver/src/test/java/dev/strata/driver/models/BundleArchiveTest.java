package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles in one file: whole ones come back, hostile ones are refused and leave no bundle. */
class BundleArchiveTest {
  private static final long LIMIT = 1 << 20;

  @TempDir Path folder;

  private final Configuration configuration = new Configuration();
  private byte[] archive;

  @BeforeEach
  void write() throws IOException {
    BundleWriter.write(
        configuration,
        folder.resolve("bundle").toString(),
        BundleSamples.trained(BundleSamples.network(), 1),
        BundleSamples.preprocessing(),
        BundleSamples.provenance());
    archive = written();
  }

  private byte[] written() throws IOException {
    Path file = folder.resolve("bundle.zip");
    BundleArchive.write(
        configuration,
        BundleFolder.at(configuration, folder.resolve("bundle").toString(), "model"),
        hadoop(file));
    return Files.readAllBytes(file);
  }

  private void unpack(byte[] bytes, long limit) throws IOException {
    Path file = folder.resolve("given.zip");
    Files.deleteIfExists(folder.resolve(".given.zip.crc"));
    Files.write(file, bytes);
    BundleArchive.unpack(
        configuration, hadoop(file), hadoop(folder.resolve("deep/unpacked")), limit, "model");
  }

  private AbstractThrowableAssert<?, ?> refused(byte[] bytes) {
    AbstractThrowableAssert<?, ?> failure =
        assertThatThrownBy(() -> unpack(bytes, LIMIT))
            .isInstanceOfSatisfying(
                StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));
    assertThat(folder.resolve("deep/unpacked/manifest.json")).doesNotExist();
    return failure;
  }

  @Test
  void aBundleComesBackAndGivesTheSameBytesAgain() throws IOException {
    unpack(archive, LIMIT);
    ModelBundle found =
        BundleReader.open(configuration, folder.resolve("deep/unpacked").toString(), "model");
    assertThat(found.model().sha256())
        .isEqualTo(
            BundleReader.open(configuration, folder.resolve("bundle").toString(), "model")
                .model()
                .sha256());
    assertThat(written()).isEqualTo(archive);
  }

  @Test
  void entriesThatPointOutOfTheFolderAreRefused() throws IOException {
    for (String name :
        new String[] {
          "../evil", folder.resolve("evil").toString(), "..\\evil", "model/../../evil", "other"
        }) {
      refused(entries(e -> e.put(name, e.remove("model.zip")))).hasMessageContaining("given.zip");
      refused(entries(e -> e.put(name, new byte[] {1}))).hasMessageContaining("entry " + name);
    }
    byte[] manifest =
        text(entry("manifest.json"), "\"name\" : \"model.zip\"", "\"name\" : \"../model.zip\"");
    refused(entries(e -> e.put("manifest.json", manifest))).hasMessageContaining("../model.zip");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .contains("unpacked")
          .noneMatch(name -> name.contains("evil"));
    }
  }

  @Test
  void whatUnpacksToMoreThanAllowedIsRefused() throws IOException {
    assertThatThrownBy(() -> unpack(archive, 1000))
        .hasMessageContaining("zoo.unpack-limit")
        .hasMessageContaining("at most 1000 bytes");
    assertThat(folder.resolve("deep/unpacked")).as("nothing is written").doesNotExist();

    // 64 MiB in 64 KiB: the manifest's own length is believed, and held against the entry
    byte[] bomb = new byte[64 << 20];
    refused(entries(e -> e.put("model.zip", bomb)))
        .hasMessageContaining("model.zip, which unpacks to more than");
    assertThat(folder.resolve("deep/unpacked/model.zip").toFile().length()).isLessThan(LIMIT);
    refused(entries(e -> e.put("manifest.json", bomb))).hasMessageContaining("a manifest of more");
    byte[] many =
        text(entry("manifest.json"), "\"bytes\" : ", "\"bytes\" : 9223372036854775807, \"was\" : ");
    refused(entries(e -> e.put("manifest.json", many)))
        .hasMessageContaining("exceeds the unpack limit");
  }

  @Test
  void whatIsCutOffMissingOrChangedIsRefused() throws IOException {
    for (int length = 0; length < archive.length * 8 / 10; length += 211) {
      refused(Arrays.copyOf(archive, length));
    }
    refused("PK no zip".getBytes(StandardCharsets.UTF_8));
    refused(entries(e -> e.remove("provenance.json"))).hasMessageContaining("provenance.json");
    byte[] changed = entry("provenance.json");
    changed[20] ^= 1;
    refused(entries(e -> e.put("provenance.json", changed)))
        .hasMessageContaining("damaged")
        .hasMessageContaining("provenance.json");
    byte[] shorter = Arrays.copyOf(changed, changed.length - 1);
    refused(entries(e -> e.put("provenance.json", shorter))).hasMessageContaining("damaged");
  }

  private interface Change {
    void of(Map<String, byte[]> entries);
  }

  /** The archive with other entries, in their order. */
  private byte[] entries(Change change) throws IOException {
    Map<String, byte[]> entries = read();
    change.of(entries);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private byte[] entry(String name) throws IOException {
    return read().get(name);
  }

  private Map<String, byte[]> read() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in =
        new ZipInputStream(Files.newInputStream(folder.resolve("bundle.zip")))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        entries.put(e.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] text(byte[] content, String old, String replacement) {
    String text = new String(content, StandardCharsets.UTF_8);
    assertThat(text).contains(old);
    return SampleBundles.signed(text.replace(old, replacement)).getBytes(StandardCharsets.UTF_8);
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
