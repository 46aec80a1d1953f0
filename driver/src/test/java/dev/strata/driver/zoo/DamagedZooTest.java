package dev.strata.driver.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever of a version is changed after it was published is found, and refused to jobs. */
class DamagedZooTest {
  private static final long LIMIT = 1 << 20;

  @TempDir Path folder;

  private final Configuration configuration = new Configuration();
  private Zoo zoo;
  private Path version;

  @BeforeEach
  void publish() throws IOException {
    zoo = Zoo.at(configuration, folder.resolve("zoo").toString());
    for (float value : new float[] {0.1f, 0.2f}) {
      String bundle = folder.resolve("bundle-" + value).toString();
      TestBundles.write(configuration, bundle, value, null);
      new Publisher(zoo, LIMIT).publish(bundle, "encoder", Optional.empty(), "model");
    }
    new Promotion(zoo).promote(ZooName.of("encoder", 1), "production", "model");
    version = folder.resolve("zoo/encoder/000001");
    ZooTest.withoutChecksums(folder);
  }

  private List<Finding> verify() {
    List<Finding> findings = new ArrayList<>();
    new Verification(zoo, findings::add).all();
    return findings;
  }

  private void assertDamaged(String file) {
    assertThat(verify())
        .filteredOn(finding -> finding.state() == Finding.State.DAMAGED)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.name()).isEqualTo("zoo:encoder@1");
              assertThat(finding.message().orElseThrow()).contains(file);
            });
    for (String name : List.of("zoo:encoder@1", "zoo:encoder@production")) {
      assertThatThrownBy(() -> zoo.open(zoo.find(ZooName.parse(name, "model"), "model"), "model"))
          .hasMessageContaining(file)
          .isInstanceOfSatisfying(
              StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));
    }
    assertThat(zoo.open(zoo.find(ZooName.of("encoder", 2), "model"), "model")).isNotNull();
  }

  @Test
  void whatIsIntactIsSaidToBe() {
    assertThat(verify()).extracting(Finding::state).containsOnly(Finding.State.INTACT).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version.json",
        "model/manifest.json",
        "model/model.zip",
        "model/preprocessing.json",
        "model/provenance.json"
      })
  void aBitThatTurnedABitThatIsMissingAndAFileThatIsGone(String name) throws IOException {
    Path file = version.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {0, bytes.length / 3, bytes.length - 2}) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 4;
      Files.write(file, flipped);
      assertDamaged("000001");
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertDamaged("000001");
    Files.delete(file);
    assertDamaged("000001");
    Files.write(file, bytes);
    assertThat(verify()).extracting(Finding::state).containsOnly(Finding.State.INTACT);
  }

  @Test
  void anotherWholeBundleInItsPlaceIsRefused() throws IOException {
    try (var files = Files.list(folder.resolve("zoo/encoder/000002/model"))) {
      for (Path other : files.toList()) {
        Files.write(
            version.resolve("model").resolve(other.getFileName()), Files.readAllBytes(other));
      }
    }
    assertDamaged("manifest.json");
  }

  @Test
  void theStoryOfAnotherVersionIsRefused() throws IOException {
    byte[] other = Files.readAllBytes(folder.resolve("zoo/encoder/000002/version.json"));
    Files.write(version.resolve("version.json"), other);
    assertDamaged("version.json");
  }

  @Test
  void aPublisherThatWasKilledLeavesNoVersionAndNoNumber() throws IOException {
    assertThat(zoo.model("encoder").marks().claim()).isEqualTo(3);
    Files.createDirectories(folder.resolve("zoo/encoder/000003/model"));
    assertThat(zoo.find(ZooName.parse("zoo:encoder", "model"), "model").version()).isEqualTo(2);
    assertThat(verify())
        .filteredOn(finding -> finding.state() == Finding.State.UNFINISHED)
        .extracting(Finding::name)
        .containsExactly("zoo:encoder@3");
    String bundle = folder.resolve("bundle-0.1").toString();
    assertThat(
            new Publisher(zoo, LIMIT)
                .publish(bundle, "encoder", Optional.empty(), "model")
                .version())
        .isEqualTo(4);
    new Deletion(zoo).delete(ZooName.of("encoder", 3), "model");
    assertThat(folder.resolve("zoo/encoder/000003")).doesNotExist();
    assertThat(verify()).extracting(Finding::state).containsOnly(Finding.State.INTACT).hasSize(3);
  }

  @Test
  void aDamagedVersionCanBeDeletedOnceNoAliasNeedsIt() throws IOException {
    Files.delete(version.resolve("version.json"));
    assertThatThrownBy(() -> new Deletion(zoo).delete(ZooName.of("encoder", 1), "model"))
        .hasMessageContaining("alias production");
    new Promotion(zoo).promote(ZooName.of("encoder", 2), "production", "model");
    new Deletion(zoo).delete(ZooName.of("encoder", 1), "model");
    assertThat(verify()).extracting(Finding::name).containsExactly("zoo:encoder@2");
  }

  @Test
  void anAliasThatIsBeingWrittenLeavesTheOneBeforeItAndADamagedOneIsTold() throws IOException {
    Path next = folder.resolve("zoo/encoder/aliases/production.000002");
    Files.createFile(next);
    assertThat(zoo.model("encoder").aliases()).containsEntry("production", 1);
    assertThat(verify())
        .filteredOn(finding -> finding.state() == Finding.State.UNFINISHED)
        .extracting(Finding::name)
        .containsExactly("zoo:encoder@production");
    Files.writeString(next, "{\"version\": 2");
    assertThatThrownBy(() -> zoo.model("encoder").aliases())
        .hasMessageContaining("production.000002")
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));
    assertThat(verify())
        .filteredOn(finding -> finding.state() == Finding.State.DAMAGED)
        .extracting(Finding::name)
        .containsExactly("the aliases of zoo:encoder");
  }

  /** Some changes leave JSON, and one digit of it is the version. */
  @Test
  void whateverTurnsInAnAliasItNeverStandsForAnotherVersion() throws IOException {
    Path alias = folder.resolve("zoo/encoder/aliases/production.000001");
    byte[] bytes = Files.readAllBytes(alias);
    for (int at = 0; at < bytes.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << bit);
        Files.write(alias, flipped);
        try {
          assertThat(zoo.model("encoder").aliases()).containsEntry("production", 1);
        } catch (StrataException e) {
          assertThat(e.kind()).isEqualTo(FailureKind.DATA);
        }
      }
    }
    String other = new String(bytes, StandardCharsets.UTF_8).replace("ion\":1", "ion\":2");
    Files.writeString(alias, other);
    assertThatThrownBy(() -> zoo.find(ZooName.parse("zoo:encoder@production", "model"), "model"))
        .hasMessageContaining("an alias of the zoo is damaged")
        .hasMessageContaining("production.000001")
        .hasMessageContaining("models promote");
    assertThat(verify())
        .filteredOn(finding -> finding.state() == Finding.State.DAMAGED)
        .extracting(Finding::name)
        .containsExactly("the aliases of zoo:encoder");

    new Promotion(zoo).promote(ZooName.of("encoder", 2), "staging", "model");
    assertThat(zoo.find(ZooName.parse("zoo:encoder@staging", "model"), "model").version())
        .as("an alias beside a damaged one")
        .isEqualTo(2);
    new Promotion(zoo).promote(ZooName.of("encoder", 1), "production", "model");
    assertThat(verify()).extracting(Finding::state).containsOnly(Finding.State.INTACT);
  }

  @Test
  void aChangeOfOneAliasIsNoneOfAnother() throws IOException {
    new Promotion(zoo).promote(ZooName.of("encoder", 2), "staging", "model");
    Path aliases = folder.resolve("zoo/encoder/aliases");
    Files.copy(aliases.resolve("staging.000001"), aliases.resolve("production.000002"));
    assertThatThrownBy(() -> zoo.model("encoder").aliases())
        .hasMessageContaining("production.000002");
  }

  /** As somebody would write it: the mark has its checksum. */
  private void rewrite(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path marks = folder.resolve("zoo/encoder/marks");
    try (var files = Files.list(marks)) {
      for (Path mark : files.filter(f -> f.toString().contains("000001.published")).toList()) {
        Files.delete(mark);
      }
    }
    Files.write(version.resolve("version.json"), bytes);
    Files.createFile(marks.resolve("000001.published." + Checksum.of(bytes)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "[]",
        "published",
        "job",
        "files",
        "modelSha256",
        "model",
        "trained"
      })
  void aVersionThatLacksSomethingStopsNoOther(String what) throws IOException {
    String text = Files.readString(version.resolve("version.json"));
    rewrite(
        text.contains("\"" + what + "\" :")
            ? text.replace("\"" + what + "\" :", "\"other\" :")
            : what);
    assertDamaged("version.json");
    assertThat(zoo.model("encoder").intact()).containsOnlyKeys(2);
    assertThat(zoo.withModel("x")).isEmpty();
  }

  @Test
  void theModelIsTheOneThatTheVersionNames() throws IOException {
    ModelVersion found = zoo.find(ZooName.of("encoder", 1), "model");
    String text = Files.readString(version.resolve("version.json"));
    rewrite(text.replace(found.modelSha256(), "0".repeat(64)));
    assertDamaged("version.json");
  }

  @Test
  void ofTwoMarksNeitherIsBelieved() throws IOException {
    String other = "zoo/encoder/marks/000001.published." + "0".repeat(64);
    Files.createFile(folder.resolve(other));
    assertDamaged("version.json");
  }

  @Test
  void aMarkOfTheLastNumberLeavesNoFurtherOne() throws IOException {
    Files.createFile(folder.resolve("zoo/encoder/marks/999999999.claimed"));
    assertThatThrownBy(() -> zoo.model("encoder").marks().claim())
        .hasMessageContaining("no further version number")
        .hasMessageContaining("999999999");
  }

  @Test
  void anAliasWhoseVersionIsGoneIsNamed() throws IOException {
    new Promotion(zoo).promote(ZooName.of("encoder", 2), "staging", "model");
    try (var files = Files.list(folder.resolve("zoo/encoder/marks"))) {
      for (Path mark : files.filter(f -> f.toString().contains("000002.published")).toList()) {
        Files.delete(mark);
      }
    }
    assertThatThrownBy(() -> zoo.find(ZooName.parse("zoo:encoder@staging", "model"), "model"))
        .hasMessageContaining("version 2, which does not exist")
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).endsWith("aliases/staging");
            });
  }

  @Test
  void aNewerVersionOfStrataIsNamed() {
    ModelVersion found = zoo.find(ZooName.of("encoder", 1), "model");
    String text = Json.line(found).replace("\"formatVersion\":1", "\"formatVersion\":2");
    assertThatThrownBy(
            () -> Json.read(text, ModelVersion.class, "f").requireReadable("encoder", 1, "f"))
        .hasMessageContaining("newer version of Strata");
  }
}
