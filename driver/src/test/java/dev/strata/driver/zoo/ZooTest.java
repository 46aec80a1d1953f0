package dev.strata.driver.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.testing.DeniedFileSystem;
import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions, aliases and what needs what. */
class ZooTest {
  private static final long LIMIT = 1 << 20;

  @TempDir Path folder;

  private final Configuration configuration = new Configuration();
  private Zoo zoo;

  @BeforeEach
  void open() {
    zoo = Zoo.at(configuration, folder.resolve("zoo").toString());
  }

  private String bundle(String name, float value, String parent) {
    return TestBundles.write(configuration, folder.resolve(name).toString(), value, parent);
  }

  private ModelVersion publish(String bundle, String name) {
    return new Publisher(zoo, LIMIT)
        .publish(folder.resolve(bundle).toString(), name, Optional.empty(), "model");
  }

  private ModelVersion find(String name) {
    return zoo.find(ZooName.parse(name, "model"), "model");
  }

  private static AbstractThrowableAssert<?, ?> refused(FailureKind kind, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(StrataException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private AbstractThrowableAssert<?, ?> unknown(String name) {
    return refused(FailureKind.CONFIGURATION, () -> find(name));
  }

  @Test
  void versionsAreNumberedAndFoundByNumberAliasAndAsTheNewest() {
    String first = bundle("first", 0.1f, null);
    String second = bundle("second", 0.2f, first);
    assertThat(publish("first", "encoder").name()).hasToString("zoo:encoder@1");
    ModelVersion published = publish("second", "encoder");
    assertThat(published.version()).isEqualTo(2);
    assertThat(published.parentSha256()).isEqualTo(first);
    assertThat(published.metrics().get("test")).containsEntry("accuracy", 0.75);
    assertThat(published.files()).extracting("name").contains("manifest.json", "model.zip");
    new Promotion(zoo).promote(ZooName.parse("zoo:encoder@1", "model"), "production", "model");

    assertThat(find("zoo:encoder")).isEqualTo(published);
    assertThat(find("zoo:encoder@production").modelSha256()).isEqualTo(first);
    ModelBundle bundle = zoo.open(find("zoo:encoder@2"), "model");
    assertThat(bundle.model().sha256()).isEqualTo(second);
    assertThat(zoo.children(find("zoo:encoder@1"))).containsExactly(published);

    new Promotion(zoo).promote(ZooName.parse("zoo:encoder", "model"), "production", "model");
    assertThat(find("zoo:encoder@production")).isEqualTo(published);
    new Promotion(zoo).remove("encoder", "production", "--alias");
    unknown("zoo:encoder@production").hasMessageContaining("aliases: none");
  }

  /** Some languages have digits of their own. */
  @Test
  void numbersInNamesOfFilesAreTheSameInEveryLanguage() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat("%d".formatted(1)).as("the digits of this language").isNotEqualTo("1");
      bundle("first", 0.1f, null);
      publish("first", "encoder");
      assertThat(publish("first", "encoder").version()).isEqualTo(2);
      new Promotion(zoo).promote(ZooName.of("encoder", 2), "production", "model");
    } finally {
      Locale.setDefault(before);
    }
    assertThat(find("zoo:encoder@production").version()).isEqualTo(2);
    try (Stream<Path> files = Files.walk(folder.resolve("zoo"))) {
      assertThat(files.map(Path::toString)).allMatch(name -> name.matches("\\p{ASCII}+"));
    }
  }

  @Test
  void unknownNamesAreToldWithTheNearest() {
    unknown("zoo:encoder").hasMessageContaining("models: none");
    bundle("first", 0.1f, null);
    publish("first", "encoder");
    new Promotion(zoo).promote(ZooName.parse("zoo:encoder", "model"), "production", "model");
    unknown("zoo:encodr").hasMessageContaining("zoo:encodr; did you mean zoo:encoder?");
    unknown("zoo:encoder@prodution")
        .hasMessageContaining("zoo:encoder@prodution; did you mean zoo:encoder@production?");
    unknown("zoo:encoder@2").hasMessageContaining("one of the versions [1]");
    for (String wrong : new String[] {"zoo:", "zoo:../x", "zoo:a/b", "zoo:Encoder", "zoo:a@0"}) {
      unknown(wrong).hasMessageContaining("not a valid model name");
    }
    refused(FailureKind.CONFIGURATION, () -> publish("first", "../escape"))
        .hasMessageContaining("--name");
  }

  @Test
  void whatIsNeededIsNotDeletedAndANumberNeverReturns() {
    String parent = bundle("parent", 0.1f, null);
    bundle("child", 0.2f, parent);
    publish("parent", "encoder");
    publish("child", "classifier");
    Deletion deletion = new Deletion(zoo);
    ZooName first = ZooName.of("encoder", 1);
    refused(FailureKind.CONFIGURATION, () -> deletion.delete(first, "model"))
        .hasMessageContaining("zoo:classifier@1, which was trained from it");
    new Promotion(zoo).promote(first, "production", "model");
    refused(FailureKind.CONFIGURATION, () -> deletion.delete(first, "model"))
        .hasMessageContaining("alias production");
    refused(
            FailureKind.CONFIGURATION,
            () -> deletion.delete(ZooName.parse("zoo:encoder", "model"), "model"))
        .hasMessageContaining("deleting a version needs its number");

    deletion.delete(ZooName.of("classifier", 1), "model");
    refused(FailureKind.CONFIGURATION, () -> deletion.delete(first, "model"))
        .hasMessageContaining("alias production")
        .hasMessageNotContaining("classifier");
    new Promotion(zoo).remove("encoder", "production", "--alias");
    // another version holds the same model
    publish("parent", "encoder");
    publish("child", "classifier");
    deletion.delete(first, "model");
    assertThat(folder.resolve("zoo/encoder/000001")).doesNotExist();
    unknown("zoo:encoder@1").hasMessageContaining("[2]");
    refused(FailureKind.CONFIGURATION, () -> deletion.delete(first, "model"));
    refused(FailureKind.CONFIGURATION, () -> deletion.delete(ZooName.of("encoder", 2), "model"))
        .hasMessageContaining("zoo:classifier@2");
    assertThat(publish("parent", "encoder").version()).isEqualTo(3);
  }

  @Test
  void aSourceThatCannotBePublishedLeavesNoVersion() throws IOException {
    refused(FailureKind.DATA, () -> publish("nowhere", "encoder"))
        .hasMessageContaining("no model found");
    assertThat(folder.resolve("zoo")).doesNotExist();

    bundle("broken", 0.1f, null);
    flip(folder.resolve("broken/model.zip"));
    refused(FailureKind.DATA, () -> publish("broken", "encoder"))
        .hasMessageContaining("damaged")
        .hasMessageContaining("model.zip");
    assertThat(folder.resolve("zoo/encoder/000001")).doesNotExist();
    unknown("zoo:encoder");
    bundle("good", 0.1f, null);
    assertThat(publish("good", "encoder").version()).isEqualTo(2);
  }

  /** A scheduler repeats a publication that was killed before it could report its success. */
  @Test
  void aBundleThatIsPublishedAlreadyIsFoundAndADamagedVersionIsNot() throws IOException {
    bundle("first", 0.1f, null);
    bundle("second", 0.2f, null);
    assertThat(published("first")).isEmpty();
    publish("first", "encoder");
    publish("second", "encoder");
    assertThat(published("first").orElseThrow().name()).hasToString("zoo:encoder@1");
    publish("first", "encoder");
    assertThat(published("first").orElseThrow().version()).as("the newest").isEqualTo(3);
    flip(folder.resolve("zoo/encoder/000003/model/model.zip"));
    assertThat(published("first").orElseThrow().version()).isEqualTo(1);
    new Deletion(zoo).delete(ZooName.of("encoder", 1), "model");
    assertThat(published("first")).isEmpty();
    refused(FailureKind.DATA, () -> published("nowhere")).hasMessageContaining("no model found");
  }

  private Optional<ModelVersion> published(String bundle) {
    return new Publisher(zoo, LIMIT)
        .published(folder.resolve(bundle).toString(), "encoder", "model");
  }

  @Test
  void pointingAnAliasAgainWritesNothing() throws IOException {
    bundle("first", 0.1f, null);
    publish("first", "encoder");
    new Promotion(zoo).promote(ZooName.of("encoder", 1), "production", "model");
    Set<String> before = files();
    new Promotion(zoo).promote(ZooName.of("encoder", 1), "production", "model");
    assertThat(files()).isEqualTo(before).anyMatch(name -> name.contains("production.000001"));
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("zoo"))) {
      return files.map(Path::toString).collect(Collectors.toSet());
    }
  }

  @Test
  void aStoreWithoutExclusiveCreationIsRefused() {
    bundle("good", 0.1f, null);
    FlakyFileSystem.configure(configuration);
    Zoo far = Zoo.at(configuration, "flaky://volume" + folder.resolve("zoo"));
    refused(
            FailureKind.CONFIGURATION,
            () ->
                new Publisher(far, LIMIT)
                    .publish(
                        folder.resolve("good").toString(), "encoder", Optional.empty(), "model"))
        .hasMessageContaining("zoo.path")
        .hasMessageContaining("exclusive creation");
  }

  @Test
  void aZooThatIsAFileOrOfNoKnownFileSystemIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (String path : new String[] {file.toString(), "nofs://x/y", ""}) {
      refused(FailureKind.CONFIGURATION, () -> Zoo.at(configuration, path))
          .hasMessageContaining("zoo.path");
    }
  }

  @Test
  void aZooWithoutPermissionIsToldByItsKey() {
    bundle("good", 0.1f, null);
    publish("good", "encoder");
    DeniedFileSystem.configure(configuration);
    Zoo denied = Zoo.at(configuration, DeniedFileSystem.uri(folder.resolve("zoo")));
    ZooName name = ZooName.of("encoder", 1);
    List<ThrowingCallable> calls =
        List.of(
            denied::models,
            () -> denied.find(name, "model"),
            () -> new Verification(denied, finding -> {}).of(name, "model"));
    for (ThrowingCallable call : calls) {
      refused(FailureKind.CONFIGURATION, call)
          .hasMessageContaining("no permission")
          .hasMessageContaining("zoo.path");
    }
  }

  @Test
  void whoeverPublishesPromotesAndDeletesAtOnceNeverLeavesAnAliasOfNothing() throws Exception {
    bundle("first", 0.1f, null);
    for (int i = 0; i < 4; i++) {
      publish("first", "encoder");
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        ZooName name = ZooName.of("encoder", i);
        done.add(threads.submit(() -> tried(() -> new Promotion(zoo).promote(name, "a", "model"))));
        done.add(threads.submit(() -> tried(() -> new Deletion(zoo).delete(name, "model"))));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    List<Finding> findings = new ArrayList<>();
    new Verification(zoo, findings::add).all();
    assertThat(findings).extracting(Finding::state).doesNotContain(Finding.State.DAMAGED);
    zoo.model("encoder").aliases().values().forEach(v -> find("zoo:encoder@" + v));
  }

  /** What is refused because of the others is refused in words for users. */
  private static void tried(Runnable change) {
    try {
      change.run();
    } catch (StrataException e) {
      assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    }
  }

  static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    withoutChecksums(file.getParent());
  }

  /** Hadoop's own checksums of local files: ours must do without. */
  static void withoutChecksums(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".crc")).toList()) {
        Files.delete(file);
      }
    }
  }
}
