package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ShardManifest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources and shards on a store that is not a disk. */
class OtherFileSystemTest extends CsvFixture {
  private static final String VOLUME = "preparation";

  @BeforeEach
  void configure() {
    FlakyFileSystem.configure(LocalSpark.session().sparkContext().hadoopConfiguration());
  }

  @AfterEach
  void repair() {
    FlakyFileSystem.volume(VOLUME).repair();
  }

  @Test
  void theSameShardsWithoutAnyRename() {
    FlakyFileSystem.volume(VOLUME).renameFailsEvery(1);
    String file = csv("t", "x,label", 60, i -> i + "," + i % 3);
    PreparedData local = prepare(data().from(file).label("label").splitRandomly(0.2, 0));
    PreparedData remote =
        prepare(data().from(uri(file)).label("label").splitRandomly(0.2, 0), uri("remote"));
    assertThat(remote.folder()).startsWith("flaky://preparation/");
    for (String part : local.manifests().keySet()) {
      ShardManifest manifest = remote.manifests().get(part);
      assertThat(manifest).isEqualTo(local.manifests().get(part));
    }
    assertThat(FlakyFileSystem.volume(VOLUME).renames()).isZero();
    assertThat(
            prepare(data().from(uri(file)).label("label").splitRandomly(0.2, 0), uri("remote"))
                .reused())
        .isTrue();
  }

  @Test
  void aFullVolumeIsTheClustersFaultAndTheCommandCanBeRepeated() {
    TestDataSettings settings =
        data().from(csv("t", "x,label", 60, i -> i + "," + i % 3)).label("label");
    FlakyFileSystem.volume(VOLUME).fullAfter(500, "block-");
    StrataException full =
        catchThrowableOfType(() -> prepare(settings, uri("full")), StrataException.class);
    assertThat(full.kind()).isEqualTo(FailureKind.CLUSTER);
    assertThat(full.file()).hasValueSatisfying(f -> assertThat(f).contains("full/train"));
    FlakyFileSystem.volume(VOLUME).repair();
    assertThat(prepare(settings, uri("full")).counts()).containsEntry("train", 60L);
  }

  @Test
  void aRelativeFolderIsTakenFromItsRoot() {
    String relative = Path.of("").toAbsolutePath().relativize(temp.resolve("rel")).toString();
    PreparedData data =
        prepare(data().from(csv("t", "x,label", "1,a", "2,b")).label("label"), relative);
    assertThat(data.shards().get("train").folder()).startsWith("file:/");
    assertThat(temp.resolve("rel/train/manifest.json")).exists();
  }

  private String uri(String name) {
    return "flaky://" + VOLUME + temp.resolve(name);
  }

  private static PreparedData prepare(TestDataSettings settings, String folder) {
    return new DataPreparer(LocalSpark.session())
        .prepare(settings.build(), folder, 2, 42, Optional.empty());
  }
}
