package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Strata writes for people can be edited by them. */
class EditedFilesTest {
  @TempDir Path folder;

  @Test
  void anEditedFileIsReadAsItIsNow() throws IOException, DamagedFileException {
    Path file = folder.resolve("train.conf");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    OutputFiles.write(new Configuration(), path, "seed = 1\n".repeat(200));
    Files.writeString(file, "seed = 2\n");
    assertThat(OutputFiles.read(new Configuration(), path)).contains("seed = 2\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("train.conf");
    }
  }
}
