package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestFileTest {
  @TempDir private Path folder;
  private org.apache.hadoop.fs.Path path;
  private ShardManifest manifest;

  @BeforeEach
  void prepare() {
    path = new org.apache.hadoop.fs.Path(folder.toUri());
    ArraySpec input =
        TinyShards.scaled(TinyShards.input(0, ElementType.U8, 2), List.of(0.1f, 3f), List.of(255f));
    ShardManifest blocks =
        TinyShards.blocks(
            CONFIGURATION,
            path,
            List.of(input, TinyShards.classes(0, 2)),
            List.of(2, 0),
            (array, block, row, element) -> row);
    manifest =
        new ShardManifest(
            1,
            "validation",
            2,
            blocks.arrays(),
            List.of(new ColumnSpec("a", "input-0", 0, 2, "vector")),
            List.of("no", "yes"),
            blocks.blocks(),
            Map.of("source", 3L, "used", 2L, "dropped-missing", 1L));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    ShardSet set = ManifestFile.write(CONFIGURATION, path, manifest);

    ShardSet found = ManifestFile.open(CONFIGURATION, set.folder());
    assertThat(found).isEqualTo(set);
    assertThat(ManifestFile.read(CONFIGURATION, found)).isEqualTo(manifest);
  }

  @Test
  void theSameManifestGivesTheSameBytes() throws IOException {
    ManifestFile.write(CONFIGURATION, path, manifest);
    byte[] first = Files.readAllBytes(file());
    ManifestFile.write(CONFIGURATION, path, manifest);

    assertThat(Files.readAllBytes(file())).isEqualTo(first);
  }

  @Test
  void aManifestIsReadOncePerJvm() throws IOException {
    ShardSet set = ManifestFile.write(CONFIGURATION, path, manifest);
    ShardManifest first = ManifestFile.read(CONFIGURATION, set);
    Files.delete(file());

    assertThat(ManifestFile.read(CONFIGURATION, set)).isSameAs(first);
  }

  @Test
  void anotherVersionThanWasPlannedWithIsRefused() {
    ShardSet set = ManifestFile.write(CONFIGURATION, path, manifest);
    ShardSet planned = new ShardSet(set.folder(), "0".repeat(64));

    assertData(
        () -> ManifestFile.read(CONFIGURATION, planned),
        "changed",
        set.manifestSha256(),
        "0".repeat(64));
  }

  @Test
  void foldersWithoutManifestAreNamed() {
    assertData(() -> ManifestFile.open(CONFIGURATION, folder.toString()), "missing");
    assertData(() -> ManifestFile.open(CONFIGURATION, folder + "/none"), "missing", "none");
    assertData(
        () -> ManifestFile.read(CONFIGURATION, new ShardSet(folder.toString(), "00")), "missing");
  }

  @Test
  void unknownFileSystemsAreNamed() {
    assertThatThrownBy(() -> ManifestFile.open(CONFIGURATION, "moon://base/shards"))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageContaining("\"moon\"");
  }

  @Test
  void relativeFoldersBecomeAbsoluteForTasksElsewhere() {
    Path relative = Path.of("").toAbsolutePath().relativize(folder);
    ShardSet written =
        ManifestFile.write(
            CONFIGURATION, new org.apache.hadoop.fs.Path(relative.toString()), manifest);

    assertThat(written.folder()).startsWith("file:/");
    assertThat(ManifestFile.open(CONFIGURATION, relative.toString())).isEqualTo(written);
    assertThat(ManifestFile.open(CONFIGURATION, folder.toString()).manifestSha256())
        .isEqualTo(written.manifestSha256());
  }

  @Test
  void newerVersionsAreRefusedEvenIfTheyLookDifferent() throws IOException {
    Files.writeString(file(), "{\"formatVersion\": 3, \"rows\": {\"train\": 7}}");

    assertData(
        () -> ManifestFile.open(CONFIGURATION, folder.toString()),
        "newer version",
        "formatVersion 3",
        "formatVersion 2");
  }

  static Stream<Arguments> damaged() {
    return Stream.of(
        Arguments.of("", "no formatVersion"),
        Arguments.of("{", "damaged"),
        Arguments.of("[]", "no formatVersion"),
        Arguments.of("{\"rows\": 3}", "no formatVersion"),
        Arguments.of("{\"formatVersion\": \"one\"}", "one"),
        Arguments.of("{\"formatVersion\": 0}", "formatVersion 0"),
        Arguments.of("{\"formatVersion\": 1}", "not a readable JSON file"),
        Arguments.of("{\"formatVersion\": 1, \"blocks\": [7]}", "a value of another type"),
        Arguments.of("\u0000\u0001", "damaged"));
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void damagedManifestsAreRefused(String text, String part) throws IOException {
    Files.writeString(file(), text);

    assertData(() -> ManifestFile.open(CONFIGURATION, folder.toString()), part);
  }

  @Test
  void everyTruncatedManifestIsRefused() throws IOException {
    ManifestFile.write(CONFIGURATION, path, manifest);
    String whole = Files.readString(file());
    Files.delete(folder.resolve(".manifest.json.crc"));
    // Only the last line feed may go.
    for (int length = 0; length < whole.length() - 1; length += 11) {
      Files.writeString(file(), whole.substring(0, length));
      assertData(() -> ManifestFile.open(CONFIGURATION, folder.toString()));
    }
  }

  @Test
  void bytesThatHadoopItselfFindsDamagedAreTheDatasFault() throws IOException {
    ManifestFile.write(CONFIGURATION, path, manifest);
    Files.writeString(file(), Files.readString(file()).replace("yes", "yet"));

    assertData(() -> ManifestFile.open(CONFIGURATION, folder.toString()), "damaged");
  }

  static Stream<Arguments> contradictions() {
    String outside = "a path below the manifest's folder";
    return Stream.of(
        Arguments.of("\"rows\" : 2", "\"rows\" : 3", "3 rows"),
        Arguments.of("\"index\" : 1,", "\"index\" : 5,", "block 5 at position 1"),
        Arguments.of("block-00000/input-0.npy", "../elsewhere.npy", outside),
        Arguments.of("block-00000/input-0.npy", "/etc/passwd", outside),
        Arguments.of("block-00000/input-0.npy", "hdfs://other/a.npy", outside),
        Arguments.of("\"divisor\" : [ 255.0 ]", "\"divisor\" : [ 0.0 ]", "divisor 0"),
        Arguments.of("\"divisor\" : [ 255.0 ]", "\"divisor\" : [ ]", "0 scaling values"),
        Arguments.of("\"name\" : \"label-0\"", "\"name\" : \"input-0\"", "two arrays"),
        Arguments.of("\"name\" : \"label-0\"", "\"name\" : \"label-1\"", "with files of"),
        Arguments.of("\"type\" : \"I32\"", "\"type\" : \"F32\"", "one I32 per row"),
        Arguments.of("\"role\" : \"LABEL\"", "\"role\" : \"LOBEL\"", "LOBEL"),
        Arguments.of("\"rowShape\" : [ 2 ]", "\"rowShape\" : [ -2 ]", "sizes above 0"));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void contradictionsAreRefused(String from, String to, String part) throws IOException {
    String text = Json.pretty(manifest);
    assertThat(text).contains(from);
    Files.writeString(file(), text.replaceFirst(Pattern.quote(from), to));

    assertData(() -> ManifestFile.open(CONFIGURATION, folder.toString()), part);
  }

  @Test
  void contradictionsAreNotEvenWritten() {
    ShardManifest wrong = TinyShards.manifest(manifest.arrays(), List.of(manifest.blocks().get(1)));

    assertData(() -> ManifestFile.write(CONFIGURATION, path, wrong), "block 1 at position 0");
    assertThat(file()).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(folder.resolve("in-the-way"), "not a folder");
    org.apache.hadoop.fs.Path below = new org.apache.hadoop.fs.Path(path, "in-the-way/set");

    assertThatThrownBy(() -> ManifestFile.write(CONFIGURATION, below, manifest))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageContaining("in-the-way");
  }

  private void assertData(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).endsWith("manifest.json");
            });
    if (parts.length > 0) {
      assertThatThrownBy(call).hasMessageContainingAll(parts);
    }
  }

  private Path file() {
    return folder.resolve("manifest.json");
  }
}
