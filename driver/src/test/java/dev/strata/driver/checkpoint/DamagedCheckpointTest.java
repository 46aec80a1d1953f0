package dev.strata.driver.checkpoint;

import static dev.strata.driver.checkpoint.CheckpointSamples.assertSame;
import static dev.strata.driver.checkpoint.CheckpointSamples.ofRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.mutation.MutationCheck;
import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint of round 2 is damaged in every way; the one of round 1 is intact. */
class DamagedCheckpointTest {
  private static final List<String> FILES =
      List.of("manifest.json", "state.json", "parameters.bin", "optimizer-state.bin");

  @TempDir Path folder;

  private final Configuration configuration = FlakyFileSystem.configure(new Configuration());
  private final List<String> notices = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({"file", "flaky"})
  void aTruncatedFileFallsBackAndIsNamed(String scheme) throws IOException {
    for (String file : FILES) {
      for (boolean empty : new boolean[] {false, true}) {
        Path newest = two(scheme);
        byte[] bytes = Files.readAllBytes(newest.resolve(file));
        Files.write(newest.resolve(file), Arrays.copyOf(bytes, empty ? 0 : bytes.length - 1));

        assertFallsBack(scheme, file);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"file", "flaky"})
  void aMissingOrLongerFileFallsBackAndIsNamed(String scheme) throws IOException {
    for (String file : FILES.subList(1, FILES.size())) {
      Path newest = two(scheme);
      Files.delete(newest.resolve(file));
      assertFallsBack(scheme, file);

      newest = two(scheme);
      byte[] bytes = Files.readAllBytes(newest.resolve(file));
      Files.write(newest.resolve(file), Arrays.copyOf(bytes, bytes.length + 4));
      assertFallsBack(scheme, file);
    }
  }

  @Test
  void noChangedByteIsEverBelieved() throws IOException {
    Path newest = two("flaky");
    int fellBack = 0;
    for (String file : FILES) {
      byte[] bytes = Files.readAllBytes(newest.resolve(file));
      for (int i = 0; i < bytes.length; i++) {
        byte[] changed = bytes.clone();
        changed[i] ^= 1;
        Files.write(newest.resolve(file), changed);
        try {
          CheckpointContent found = store("flaky", 2).newest().orElseThrow();
          // a changed space between the manifest's words changes nothing
          assertSame(found, ofRound(found.round()));
          fellBack += found.round() == 1 ? 1 : 0;
          assertThat(found.round() == 1 || file.equals("manifest.json")).isTrue();
        } catch (StrataException e) {
          // a changed digit of the version
          assertThat(e.kind()).isEqualTo(FailureKind.DATA);
          assertThat(e).hasMessageContaining("newer version");
        }
      }
      Files.write(newest.resolve(file), bytes);
    }
    assertThat(fellBack).isGreaterThan(400);
    assertSame(store("flaky", 2).newest().orElseThrow(), ofRound(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{\"formatVersion\":1,\"round\":2,\"files\":[null]}",
        "{\"formatVersion\":1,\"round\":2,\"files\":[{\"name\":\"../../a.bin\",\"bytes\":0,\"chunks\":[]}]}",
        "{\"formatVersion\":1,\"round\":2,\"files\":[{\"name\":\"state.json\",\"bytes\":2,\"chunks\":[-5,7]}]}",
        "{\"formatVersion\":1,\"round\":2,\"files\":[{\"name\":\"state.json\",\"bytes\":99999999999,\"chunks\":[2]}]}"
      })
  void aManifestThatMakesNoSenseFallsBack(String text) throws IOException {
    Files.writeString(two("flaky").resolve("manifest.json"), text);
    assertFallsBack("flaky", "manifest.json");
  }

  @Test
  void theIntactOneOutlivesTheDamagedOne() throws IOException {
    Files.delete(two("file").resolve("state.json"));
    CheckpointStore store = store("file", 2);
    store.newest();
    assertThat(store.newestCommitted().orElseThrow().getName()).isEqualTo("round-000000000001-000");

    // round 3 and not 2: a damaged older one must not take the place of an intact one
    store.save(ofRound(3));

    assertThat(folder.resolve("round-000000000001-000")).exists();
    assertThat(folder.resolve("round-000000000002-000")).doesNotExist();
    assertSame(store.newest().orElseThrow(), ofRound(3));
  }

  @Test
  void whereAllAreDamagedTheRunStartsFromTheBeginningAndSaysSo() throws IOException {
    Path newest = two("file");
    Files.delete(newest.resolve("state.json"));
    Files.delete(newest.resolveSibling("round-000000000001-000").resolve("parameters.bin"));

    assertThat(store("file", 2).newest()).isEmpty();
    assertThat(notices).hasSize(3);
    assertThat(notices.get(2)).contains("No intact checkpoint").contains("from the beginning");
  }

  @Test
  void aNewerVersionIsRefusedAndNotPassedOver() throws IOException {
    Path manifest = two("flaky").resolve("manifest.json");
    Files.writeString(
        manifest,
        MutationCheck.selfSigned(
            Files.readString(manifest).replace("\"formatVersion\" : 2", "\"formatVersion\" : 3")));

    assertThatThrownBy(() -> store("flaky", 2).newest())
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).endsWith("round-000000000002-000/manifest.json");
              assertThat(e.found()).contains("format version 3");
            });
  }

  private void assertFallsBack(String scheme, String file) {
    notices.clear();
    Optional<CheckpointContent> found = store(scheme, 2).newest();
    assertSame(found.orElseThrow(), ofRound(1));
    assertThat(notices).hasSize(2);
    assertThat(notices.get(0)).contains("round 2").contains("/round-000000000002-000/" + file);
    assertThat(notices.get(1)).contains("round 1");
  }

  /** Saves rounds 1 and 2 afresh; the folder of round 2. */
  private Path two(String scheme) throws IOException {
    org.apache.hadoop.fs.Path path = path(scheme);
    path.getFileSystem(configuration).delete(path, true);
    CheckpointStore store = store(scheme, 2);
    store.save(ofRound(1));
    store.save(ofRound(2));
    return folder.resolve("round-000000000002-000");
  }

  private org.apache.hadoop.fs.Path path(String scheme) {
    return new org.apache.hadoop.fs.Path(scheme + "://" + folder);
  }

  private CheckpointStore store(String scheme, int keep) {
    return new CheckpointStore(configuration, path(scheme), keep, notices::add);
  }
}
