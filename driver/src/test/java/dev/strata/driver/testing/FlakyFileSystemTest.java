package dev.strata.driver.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlakyFileSystemTest {
  @TempDir java.nio.file.Path folder;

  private final Configuration configuration = FlakyFileSystem.configure(new Configuration());

  @Test
  void renameCopiesAndCanStopHalfway() throws IOException {
    Path from = new Path("flaky://renames" + folder + "/from");
    FileSystem fileSystem = from.getFileSystem(configuration);
    Files.writeString(folder.resolve("from"), "1234567890");
    FlakyFileSystem.volume("renames").renameFailsEvery(2);

    assertThat(fileSystem.rename(from, new Path(folder + "/second"))).isTrue();
    assertThat(folder.resolve("from")).doesNotExist();
    assertThat(folder.resolve("second")).hasContent("1234567890");

    Path second = new Path(folder + "/second");
    assertThatThrownBy(() -> fileSystem.rename(second, new Path(folder + "/third")))
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("second")).hasContent("1234567890");
    assertThat(folder.resolve("third")).hasContent("12345");
  }

  @Test
  void volumeIsFullAfterTheStatedBytesOfTheStatedFiles() throws IOException {
    Path file = new Path("flaky://full" + folder + "/deep/file");
    FileSystem fileSystem = file.getFileSystem(configuration);
    FlakyFileSystem.volume("full").fullAfter(4, "/deep/");

    assertThatThrownBy(
            () -> {
              try (FSDataOutputStream out = fileSystem.create(file)) {
                out.write(new byte[10]);
              }
            })
        .hasMessageContaining("No space left on device");
    assertThat(folder.resolve("deep/file")).hasSize(4);
    try (FSDataOutputStream out = fileSystem.create(new Path(folder + "/elsewhere"))) {
      out.write(new byte[10]);
    }
    assertThat(folder.resolve("elsewhere")).hasSize(10);

    FlakyFileSystem.volume("full").repair();
    try (FSDataOutputStream out = fileSystem.create(file)) {
      out.write(new byte[10]);
    }
    assertThat(folder.resolve("deep/file")).hasSize(10);
  }

  @Test
  void faultsCanComeFromTheConfiguration() throws IOException {
    configuration.setLong(FlakyFileSystem.FULL_AFTER, 0);
    Path file = new Path("flaky://configured" + folder + "/file");
    FileSystem fileSystem = file.getFileSystem(configuration);

    assertThatThrownBy(
            () -> {
              try (FSDataOutputStream out = fileSystem.create(file)) {
                out.write(1);
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(fileSystem.getFileStatus(file).getPath()).isEqualTo(file);
    assertThatThrownBy(() -> fileSystem.append(file))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
