package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.mutation.MutationCheck;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReuseTest extends CsvFixture {
  private final List<String> notices = new ArrayList<>();
  private String file;

  @BeforeEach
  void write() {
    file = csv("t", "x,label", 40, i -> i + "," + i % 2);
  }

  @Test
  void nothingChanged() {
    PreparedData first = prepare(settings(), 2, 42);
    PreparedData again = prepare(settings(), 2, 42);
    assertThat(first.reused()).isFalse();
    assertThat(again.reused()).isTrue();
    assertThat(again.shards()).isEqualTo(first.shards());
    assertThat(again.manifests()).isEqualTo(first.manifests());
    assertThat(again.preprocessing()).isEqualTo(first.preprocessing());
    assertThat(again.counts()).isEqualTo(first.counts());
    assertThat(notices).hasSize(2).last().asString().contains("reusing the shards");
  }

  @Test
  void settingsSeedWorkersOrSourceChanged() throws IOException {
    prepare(settings(), 2, 42);
    assertThat(prepare(settings().scaling(Scaling.STANDARD), 2, 42).reused()).isFalse();
    assertThat(prepare(settings(), 2, 42).reused()).isFalse();
    assertThat(prepare(settings(), 2, 43).reused()).isFalse();
    assertThat(prepare(settings(), 4, 43).reused()).as("16 blocks suit 4 workers too").isTrue();
    assertThat(prepare(settings(), 3, 43).reused()).isFalse();
    Files.setLastModifiedTime(Path.of(file), FileTime.fromMillis(1_000_000));
    assertThat(prepare(settings(), 3, 43).reused()).isFalse();
  }

  @Test
  void theFolderAloneIsEnough() {
    PreparedData first = prepare(settings(), 2, 42);
    PreparedData again = prepare(data(), 2, 42);
    assertThat(again.reused()).isTrue();
    assertThat(again.shards()).isEqualTo(first.shards());
  }

  @Test
  void anUnfinishedPreparationAndAMissingBlockAreDoneAgain() throws IOException {
    PreparedData first = prepare(settings(), 2, 42);
    Files.move(temp.resolve("shards/prepared.json"), temp.resolve("shards/preparing.json"));
    PreparedData second = prepare(settings(), 2, 42);
    assertThat(second.reused()).isFalse();
    assertThat(second.shards()).isEqualTo(first.shards());
    Files.delete(temp.resolve("shards/train/block-00003/input-0.npy"));
    PreparedData third = prepare(settings(), 2, 42);
    assertThat(third.reused()).isFalse();
    assertThat(third.shards()).isEqualTo(first.shards());
  }

  @Test
  void aDamagedManifestIsNamed() throws IOException {
    prepare(settings(), 2, 42);
    Path manifest = temp.resolve("shards/train/manifest.json");
    Files.writeString(manifest, Files.readString(manifest).substring(0, 100));
    assertThatThrownBy(() -> prepare(settings(), 2, 42))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file())
                  .hasValueSatisfying(f -> assertThat(f).endsWith("train/manifest.json"));
            });
  }

  @Test
  void aManifestOfAnotherPreparationIsNamed() throws IOException {
    prepare(settings(), 2, 42);
    Path manifest = temp.resolve("shards/train/manifest.json");
    String other = Files.readString(manifest).replace("\"train\"", "\"test\"");
    rewrite(manifest, MutationCheck.selfSigned(other));
    assertThatThrownBy(() -> prepare(settings(), 2, 42))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("has changed since the data was prepared");
  }

  @Test
  void aNewerVersionIsRefused() throws IOException {
    prepare(settings(), 2, 42);
    Path prepared = temp.resolve("shards/prepared.json");
    rewrite(
        prepared,
        Files.readString(prepared).replaceAll("\"formatVersion\" : 2", "\"formatVersion\" : 99"));
    assertThatThrownBy(() -> prepare(settings(), 2, 42))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("newer version");
  }

  @Test
  void aDamagedListOfPartsIsNamed() throws IOException {
    prepare(settings(), 2, 42);
    Path prepared = temp.resolve("shards/prepared.json");
    Files.writeString(prepared, Files.readString(prepared).replace("train", "trian"));
    assertThatThrownBy(() -> prepare(settings(), 2, 42))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining("prepared.json");
  }

  @Test
  void sqlOverFilesIsReusedAndOverOtherThingsIsNot() {
    LocalSpark.session()
        .read()
        .option("header", "true")
        .csv(file)
        .createOrReplaceTempView("strata_files");
    TestDataSettings files = sql("select x, label from strata_files");
    assertThat(prepare(files, 2, 42).reused()).isFalse();
    assertThat(prepare(files, 2, 42).reused()).isTrue();
    TestDataSettings range = sql("select id as x, id % 2 as label from range(40)");
    PreparedData first = prepare(range, 2, 42);
    PreparedData second = prepare(range, 2, 42);
    assertThat(second.reused()).isFalse();
    assertThat(second.shards()).isEqualTo(first.shards());
  }

  /** Another content, without the checksum that Hadoop keeps beside a local file. */
  private static void rewrite(Path file, String content) throws IOException {
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.writeString(file, content);
  }

  private TestDataSettings settings() {
    return data().from(file).label("label");
  }

  private static TestDataSettings sql(String query) {
    return data().from(source(null, null, null, query, null)).label("label");
  }

  private PreparedData prepare(TestDataSettings settings, int workers, long seed) {
    return new DataPreparer(LocalSpark.session(), notices::add)
        .prepare(settings.build(), shards(), workers, seed, Optional.empty());
  }
}
