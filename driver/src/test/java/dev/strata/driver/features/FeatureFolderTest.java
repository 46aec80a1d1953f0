package dev.strata.driver.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.features.ExtractSettings.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process that was killed while it replaced features leaves, and the next one makes of it.
 */
class FeatureFolderTest {
  @TempDir private Path temp;

  private FeatureFolder folder() {
    return new FeatureFolder(new Configuration(), path(""));
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(temp.resolve("features").resolve(name).toUri());
  }

  private void file(String name) throws IOException {
    Path file = temp.resolve("features").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(temp.resolve("features"))) {
      return all.filter(Files::isRegularFile)
          .map(file -> temp.resolve("features").relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void newFilesThatMayNotBeAllGo() throws IOException {
    file("day=mon/old.parquet");
    folder().begin(folder().data());
    file("day=mon/new.parquet");
    file("day=tue%3A1/new.parquet");

    folder().settle();
    assertThat(files()).containsExactly("day=mon/old.parquet");
    assertThat(temp.resolve("features/day=tue%3A1")).doesNotExist();
    folder().settle();
    assertThat(files()).containsExactly("day=mon/old.parquet");
  }

  @Test
  void oldFilesGoOnceTheNewOnesAreAll() throws IOException {
    file("day=mon/old.parquet");
    file("day=tue/old.parquet");
    folder().begin(folder().data());
    file("day=mon/new.parquet");
    new FeatureJournal(new Configuration(), path("")).complete(List.of("day=mon/old.parquet"));

    folder().settle();
    assertThat(files()).containsExactly("day=mon/new.parquet", "day=tue/old.parquet");
  }

  @Test
  void aJournalThatWasCutOffSaysThatNothingHadBegun() throws IOException {
    file("old.parquet");
    file("_writing.json");
    folder().settle();
    assertThat(files()).contains("old.parquet");
  }

  @Test
  void nothingIsLeftOfAReplacement() throws IOException {
    file("old.parquet");
    List<org.apache.hadoop.fs.Path> old = folder().data();
    folder().begin(old);
    file("new.parquet");
    folder().replace(old, folder().since(old), WriteMode.OVERWRITE);
    assertThat(files()).containsExactly("new.parquet");
  }

  @Test
  void aFirstExtractionThatIsKilledLeavesNoFolder() throws IOException {
    folder().begin(List.of());
    file("new.parquet");
    folder().settle();
    assertThat(temp.resolve("features")).doesNotExist();
  }
}
