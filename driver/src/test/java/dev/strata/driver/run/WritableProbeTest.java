package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An output folder that cannot be written is found out at the start. */
class WritableProbeTest {
  @TempDir Path temporary;

  private final Configuration configuration = FlakyFileSystem.configure(new Configuration());

  @Test
  void aFolderIsCreatedAndNothingIsLeftInIt() {
    RunFolder.of(configuration, temporary + "/a/b").ensureWritable();
    RunFolder.of(configuration, temporary + "/a/b").ensureWritable();

    assertThat(temporary.resolve("a/b")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file://%s/taken",
        "file://%s/taken/below",
        "flaky://%s/taken",
        "flaky://%s/taken/below"
      })
  void aFileInThePlaceOfTheFolderIsNamed(String form) throws IOException {
    Files.writeString(temporary.resolve("taken"), "");
    String folder = String.format(form, temporary);

    assertThatThrownBy(() -> RunFolder.of(configuration, folder).ensureWritable())
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("output.dir");
              assertThat(e.file().orElseThrow()).contains(temporary + "/taken");
              assertThat(e).hasMessageContaining("cannot write the output folder");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nosuch://host/out", "a b:c", "hdfs:"})
  void whatIsNoFolderOnAKnownFileSystemIsNamed(String folder) {
    assertThatThrownBy(() -> RunFolder.of(configuration, folder))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("output.dir");
              assertThat(e.file()).contains(folder);
            });
  }

  @Test
  void aFullVolumeMayBeFreeLater() {
    FlakyFileSystem.volume("full-at-start").fullAfter(0, "");

    assertThatThrownBy(
            () -> RunFolder.of(configuration, "flaky://full-at-start" + temporary).ensureWritable())
        .hasMessageContaining("no space left on the volume flaky://full-at-start/, 0 MiB free")
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER));
  }
}
