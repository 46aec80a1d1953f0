package dev.strata.driver.checkpoint;

import static dev.strata.driver.checkpoint.CheckpointSamples.assertSame;
import static dev.strata.driver.checkpoint.CheckpointSamples.ofRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path temporary;

  private final Configuration configuration = new Configuration();
  private final List<String> notices = new ArrayList<>();
  private Path folder;

  @BeforeEach
  void folder() {
    folder = temporary.resolve("checkpoints");
  }

  @Test
  void whatIsSavedComesBack() {
    CheckpointStore store = store(2);
    assertThat(store.newest()).isEmpty();
    assertThat(store.newestCommitted()).isEmpty();

    org.apache.hadoop.fs.Path saved = store.save(ofRound(40));

    assertSame(store(2).newest().orElseThrow(), ofRound(40));
    assertThat(store.newestCommitted()).contains(saved);
    assertThat(saved.getName()).isEqualTo("round-000000000040-000");
    assertThat(notices).isEmpty();
  }

  @Test
  void theNewestOfSeveralPhasesIsTheOneCommittedLast() throws IOException {
    org.apache.hadoop.fs.Path all = new org.apache.hadoop.fs.Path(folder.toUri());
    assertThat(NewestCheckpoint.below(configuration, all)).isEmpty();
    CheckpointStore first = phase("layer-1");
    CheckpointStore second = phase("layer-2");
    org.apache.hadoop.fs.Path later = second.save(ofRound(3));
    committed(later, 2_000_000);
    committed(first.save(ofRound(9)), 1_000_000);
    assertThat(NewestCheckpoint.below(configuration, all)).contains(later);
    second.removeAll();
    assertThat(folder.resolve("layer-2")).doesNotExist();
    assertThat(NewestCheckpoint.below(configuration, all))
        .hasValueSatisfying(path -> assertThat(path.getParent().getName()).isEqualTo("layer-1"));
  }

  private CheckpointStore phase(String name) {
    return new CheckpointStore(
        configuration,
        new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()),
        1,
        notices::add);
  }

  private static void committed(org.apache.hadoop.fs.Path checkpoint, long millis)
      throws IOException {
    Path manifest = Path.of(checkpoint.toUri().getPath(), CheckpointManifest.FILE_NAME);
    Files.setLastModifiedTime(manifest, FileTime.fromMillis(millis));
  }

  @Test
  void chunkBoundariesAndEmptyArraysAreKept() {
    CheckpointContent content =
        new CheckpointContent(1, "{}", Map.of("a", new byte[][] {{1, 2}, {}, {3}}));
    store(1).save(content);

    assertSame(store(1).newest().orElseThrow(), content);
  }

  @Test
  void onlyTheNewestAreKept() throws IOException {
    CheckpointStore store = store(2);
    for (long round = 1; round <= 4; round++) {
      store.save(ofRound(round));
    }

    assertThat(folders()).containsExactly("round-000000000003-000", "round-000000000004-000");
  }

  @Test
  void oneIsKeptWhereOneIsAskedFor() throws IOException {
    CheckpointStore store = store(1);
    store.save(ofRound(1));
    store.save(ofRound(2));

    assertThat(folders()).containsExactly("round-000000000002-000");
  }

  @Test
  void roundsAreOrderedAsNumbersHoweverMany() throws IOException {
    CheckpointStore store = store(1);
    store.save(ofRound(999_999_999_999L));
    store.save(ofRound(1_000_000_000_000L));

    assertThat(store.newest().orElseThrow().round()).isEqualTo(1_000_000_000_000L);
    assertThat(folders()).containsExactly("round-1000000000000-000");
  }

  @Test
  void anUnfinishedWriteIsReportedAndRemovedByTheNextSave() throws IOException {
    store(2).save(ofRound(1));
    Path unfinished = Files.createDirectories(folder.resolve("round-000000000002-000"));
    Files.writeString(unfinished.resolve("state.json"), "{");

    CheckpointStore store = store(2);
    assertSame(store.newest().orElseThrow(), ofRound(1));
    assertThat(notices)
        .singleElement()
        .asString()
        .contains("round 2 is unfinished", "manifest.json");
    assertThat(store.newestCommitted().orElseThrow().getName()).isEqualTo("round-000000000001-000");

    store.save(ofRound(2));
    assertThat(folders()).containsExactly("round-000000000001-000", "round-000000000002-001");
    assertSame(store.newest().orElseThrow(), ofRound(2));
  }

  @Test
  void aRoundSavedAgainReplacesTheFirstOnlyAfterItsOwnCommit() throws IOException {
    CheckpointStore store = store(2);
    store.save(ofRound(1));
    store.save(ofRound(2));
    CheckpointContent other = new CheckpointContent(2, "{\"other\":true}", Map.of());
    store.save(other);

    assertThat(folders()).containsExactly("round-000000000001-000", "round-000000000002-001");
    assertSame(store.newest().orElseThrow(), other);
  }

  @Test
  void laterRoundsOfAnAbandonedAttemptGoWithTheNextSave() throws IOException {
    CheckpointStore store = store(3);
    store.save(ofRound(10));
    store.save(ofRound(20));
    store.save(ofRound(15));

    assertThat(folders()).containsExactly("round-000000000010-000", "round-000000000015-000");
  }

  @Test
  void foreignFilesAreLeftAlone() throws IOException {
    Files.createDirectories(folder.resolve("notes"));
    Files.writeString(folder.resolve("round-000000000001-000"), "a file, not a folder");
    store(1).save(ofRound(2));
    store(1).save(ofRound(3));

    assertThat(folder.resolve("notes")).isDirectory();
    assertThat(folder.resolve("round-000000000001-000")).isRegularFile();
  }

  @Test
  void namesThatCouldLeaveTheFolderAreRefused() {
    for (String name : List.of("../a", "a/b", "A", "", ".a", "a.b")) {
      assertThatThrownBy(() -> new CheckpointContent(1, "{}", Map.of(name, new byte[0][])))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new CheckpointContent(-1, "{}", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private CheckpointStore store(int keep) {
    return new CheckpointStore(
        configuration, new org.apache.hadoop.fs.Path(folder.toUri()), keep, notices::add);
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
