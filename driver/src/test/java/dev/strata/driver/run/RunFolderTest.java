package dev.strata.driver.run;

import static dev.strata.driver.run.RunSamples.identity;
import static dev.strata.driver.run.RunSamples.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.run.RunStart.State;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an output folder is to a run that wants to write there. */
class RunFolderTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "seed",
          "42",
          "training.batch-size",
          "128",
          "training.workers",
          "2",
          "output.dir",
          "here");

  @TempDir Path temporary;

  private Path output;
  private RunFolder run;

  @BeforeEach
  void folder() {
    output = temporary.resolve("out");
    run = RunFolder.of(new Configuration(), output.toString());
    run.ensureWritable();
  }

  @Test
  void aNewFolderHoldsTheRunFromThenOn() throws IOException {
    assertThat(run.identity()).isEmpty();
    RunIdentity asked = identity("train", SETTINGS);

    assertThat(begin(asked)).isEqualTo(new RunStart(State.NEW, asked, List.of()));
    assertThat(run.identity()).contains(asked);
    assertThat(files()).containsExactly("run.json");
  }

  @Test
  void theSameCommandGoesOnUnderTheFirstIdAndAFinishedRunIsNotRedone() {
    RunIdentity first = identity("train", SETTINGS);
    begin(first);
    RunIdentity again = identity("train", SETTINGS);

    assertThat(begin(again)).isEqualTo(new RunStart(State.UNFINISHED, first, List.of()));
    run.fail(
        FailureBuilder.builder()
            .exitCode(5)
            .kind("cluster")
            .message("lost")
            .key(null)
            .file(null)
            .row(null)
            .found(null)
            .expected(null)
            .retryable(true)
            .lastCheckpoint(null)
            .submission(null)
            .build());
    run.finish(result("train"));
    assertThat(run.failure()).isEmpty();
    assertThat(run.result()).contains(result("train"));
    assertThat(begin(again)).isEqualTo(new RunStart(State.FINISHED, first, List.of()));
  }

  @Test
  void anotherSpellingOfTheFolderIsNoChange() {
    begin(identity("train", SETTINGS));
    Map<String, String> moved = new java.util.HashMap<>(SETTINGS);
    moved.put("output.dir", "file:/there");

    assertThat(begin(identity("train", moved)).state()).isEqualTo(State.UNFINISHED);
  }

  @Test
  void everyChangedKeyIsNamedWithBothValues() throws IOException {
    begin(identity("train", SETTINGS));
    made("checkpoints/round-000000002/manifest.json");
    Map<String, String> changed =
        Map.of(
            "seed", "42", "training.batch-size", "64", "training.workers", "3", "data.label", "y");

    assertConfiguration(
        () -> begin(identity("train", changed)),
        "with other settings",
        e -> {
          assertThat(e.key()).contains("data.label, training.batch-size, training.workers");
          assertThat(e.found())
              .contains(
                  "data.label = y (was not set); training.batch-size = 64 (was 128);"
                      + " training.workers = 3 (was 2)");
          assertThat(e.expected().orElseThrow()).contains("--overwrite");
        });
    RunIdentity workers =
        identity(
            "train", Map.of("seed", "42", "training.batch-size", "128", "training.workers", "3"));
    assertThat(run.begin(workers, false, ResumeRule.only("training.workers")).state())
        .isEqualTo(State.UNFINISHED);
  }

  /** The folder of another run, nearly all of whose keys differ. */
  @Test
  void ofManyChangedKeysTheFirstAreNamed() throws IOException {
    begin(identity("train", SETTINGS));
    made("checkpoints/round-000000002/manifest.json");
    Map<String, String> others = new java.util.HashMap<>(SETTINGS);
    for (int i = 1; i <= 11; i++) {
      others.put("data.key-%02d".formatted(i), "x");
    }
    assertConfiguration(
        () -> begin(identity("train", others)),
        "with other settings",
        e -> {
          assertThat(e.key().orElseThrow()).endsWith("data.key-08 and 3 more");
          assertThat(e.found().orElseThrow())
              .startsWith("data.key-01 = x (was not set); ")
              .endsWith("; and 3 more");
        });
  }

  @Test
  void settingsBindOnceSomethingDependsOnThem() throws IOException {
    RunIdentity changed = identity("train", Map.of("seed", "43"));
    for (String made :
        List.of(
            "checkpoints/round-000000002/manifest.json",
            "checkpoints/layer-2/round-000000002/manifest.json",
            "layers/layer-1/round-000000009/manifest.json",
            "search/reuse-2.json",
            "model/manifest.json",
            "train/run.json",
            "teacher-folds/repeat-1-fold-1/run.json")) {
      run.begin(identity("train", SETTINGS), true, ResumeRule.only());
      Path file = made(made);
      assertConfiguration(() -> begin(changed), "with other settings", e -> {});
      assertThat(file).as("nothing is lost").exists();
      Files.delete(file);
      Files.deleteIfExists(file.getParent());
      assertThat(begin(changed).state()).as(made).isEqualTo(State.NEW);
    }
  }

  @Test
  void anAttemptThatMadeNothingMayBeMended() throws IOException {
    begin(identity("train", SETTINGS));
    run.fail(
        FailureBuilder.builder()
            .exitCode(3)
            .kind("data")
            .message("no")
            .key(null)
            .file(null)
            .row(null)
            .found(null)
            .expected(null)
            .retryable(false)
            .lastCheckpoint(null)
            .submission(null)
            .build());
    made("checkpoints/round-000000002/state.json");
    made("shards/prepared.json");
    made("history.jsonl");
    made("models.json");
    RunIdentity changed =
        identity(
            "train", Map.of("seed", "42", "training.batch-size", "64", "training.workers", "2"));

    RunStart start = begin(changed);

    assertThat(start.state()).isEqualTo(State.NEW);
    assertThat(start.identity()).isEqualTo(changed);
    assertThat(start.notices())
        .singleElement()
        .asString()
        .contains("changed settings: training.batch-size = 64 (was 128)");
    assertThat(files()).containsExactly("run.json", "shards");
    assertThat(begin(changed)).isEqualTo(new RunStart(State.UNFINISHED, changed, List.of()));
    assertConfiguration(() -> begin(identity("pretrain", SETTINGS)), "has another run", e -> {});
    run.finish(result("train"));
    assertConfiguration(() -> begin(identity("train", SETTINGS)), "with other settings", e -> {});
  }

  private Path made(String file) throws IOException {
    Path path = output.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, "");
  }

  /** A run that was begun before a key existed did what the key's default says. */
  @Test
  void aKeyThatTheRunDoesNotKnowMayHaveItsDefault() throws IOException {
    begin(identity("train", SETTINGS));
    made("checkpoints/round-000000002/manifest.json");
    Map<String, String> more = new HashMap<>(SETTINGS);
    more.put("data.group", "null");
    assertConfiguration(() -> begin(identity("train", more)), "with other settings", e -> {});
    assertThat(
            run.begin(
                    identity("train", more),
                    false,
                    new ResumeRule(Set.of(), Set.of("data.group", "seed")))
                .state())
        .isEqualTo(State.UNFINISHED);
    more.put("seed", "7");
    assertConfiguration(
        () ->
            run.begin(
                identity("train", more),
                false,
                new ResumeRule(Set.of(), Set.of("data.group", "seed"))),
        "with other settings",
        e -> assertThat(e.key()).contains("seed"));
  }

  @Test
  void anotherJobIsRefusedUnlessThisOneOnlyPrepared() {
    begin(identity("prepare", SETTINGS));
    assertConfiguration(
        () -> begin(identity("train", SETTINGS)),
        "has another run",
        e -> {
          assertThat(e.found().orElseThrow()).contains("the job prepare");
        });
    run.finish(result("prepare"));

    assertThat(begin(identity("train", SETTINGS)).state()).isEqualTo(State.NEW);
    assertThat(run.result()).isEmpty();
    run.finish(result("train"));
    assertConfiguration(
        () -> begin(identity("evaluate", SETTINGS)),
        "has another run",
        e -> {
          assertThat(e.key()).contains("output.dir");
          assertThat(e.file().orElseThrow()).contains(output.toString());
          assertThat(e.expected().orElseThrow()).contains("the job evaluate");
        });
  }

  @Test
  void whatKeepsNothingBeginsAnewWithOtherSettingsUntilItIsFinished() throws IOException {
    RunIdentity wrong = identity("extract", SETTINGS);
    begin(wrong);
    run.fail(
        FailureBuilder.builder()
            .exitCode(2)
            .kind("configuration")
            .message("no")
            .key(null)
            .file(null)
            .row(null)
            .found(null)
            .expected(null)
            .retryable(false)
            .lastCheckpoint(null)
            .submission(null)
            .build());
    assertThat(restart(identity("extract", SETTINGS)))
        .as("the same again")
        .isEqualTo(new RunStart(State.UNFINISHED, wrong, List.of()));
    for (String folder : List.of("model", "features")) {
      Files.createDirectories(output.resolve(folder));
    }
    RunIdentity right = identity("extract", Map.of("seed", "43"));
    assertThat(restart(right)).isEqualTo(new RunStart(State.NEW, right, List.of()));
    assertThat(files()).containsExactly("features", "run.json");
    assertConfiguration(() -> restart(identity("train", SETTINGS)), "has another run", e -> {});

    run.finish(result("extract"));
    assertThat(restart(right).state()).isEqualTo(State.FINISHED);
    assertConfiguration(
        () -> restart(wrong), "with other settings", e -> assertThat(run.result()).isPresent());
  }

  @Test
  void overwritingRemovesTheRunAndNothingElse() throws IOException {
    begin(identity("train", SETTINGS));
    run.finish(result("train"));
    for (String folder :
        List.of("checkpoints", "model", "features", "teacher-folds", "shards", "notes", ".lease")) {
      Files.writeString(Files.createDirectories(output.resolve(folder)).resolve("file"), "");
    }
    for (String file : List.of("history.jsonl", "report.html", "failure.json", "mine.conf")) {
      Files.writeString(output.resolve(file), "");
    }
    RunIdentity asked = identity("evaluate", Map.of());

    assertThat(run.begin(asked, true, ResumeRule.only()))
        .isEqualTo(new RunStart(State.NEW, asked, List.of()));
    assertThat(files()).containsExactly(".lease", "mine.conf", "notes", "run.json");
  }

  @Test
  void leftoversWithoutAnOwnerAreRefused() throws IOException {
    Files.createDirectories(output.resolve("model"));
    Files.writeString(output.resolve("history.jsonl"), "");
    assertConfiguration(
        () -> begin(identity("train", SETTINGS)),
        "has another run",
        e -> {
          assertThat(e.found()).contains("files of a run, but no run.json: history.jsonl, model");
        });
    assertThat(run.begin(identity("train", SETTINGS), true, ResumeRule.only()).state())
        .isEqualTo(State.NEW);
  }

  @Test
  void aBundleIsNeverWrittenInto() throws IOException {
    Files.writeString(output.resolve("manifest.json"), "{}");
    assertConfiguration(
        () -> run.begin(identity("train", SETTINGS), true, ResumeRule.only()),
        "has another run",
        e -> {
          assertThat(e.found().orElseThrow()).contains("a bundle");
        });
    assertThat(output.resolve("manifest.json")).exists();
  }

  @Test
  void aRunFileCutOffAtTheVeryBeginningIsWrittenAnew() throws IOException {
    begin(identity("train", SETTINGS));
    truncate("run.json", 10);
    assertThatThrownBy(run::identity).isInstanceOf(StrataException.class);

    RunStart start = begin(identity("train", SETTINGS));
    assertThat(start.state()).isEqualTo(State.NEW);
    assertThat(start.notices()).singleElement().asString().contains("run.json");
  }

  @Test
  void aDamagedRunFileOverWorkThatWasDoneIsTold() throws IOException {
    for (boolean checksum : new boolean[] {true, false}) {
      run.begin(identity("train", SETTINGS), true, ResumeRule.only());
      Files.createDirectories(output.resolve("checkpoints"));
      truncate("run.json", 10);
      if (!checksum) {
        Files.deleteIfExists(output.resolve(".run.json.crc"));
      }
      assertThatThrownBy(() -> begin(identity("train", SETTINGS)))
          .isInstanceOfSatisfying(
              StrataException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.DATA);
                assertThat(e.file().orElseThrow()).endsWith("run.json");
              });
    }
  }

  @Test
  void aDamagedResultMeansUnfinished() throws IOException {
    begin(identity("train", SETTINGS));
    run.finish(result("train"));
    truncate("result.json", 20);

    RunStart start = begin(identity("train", SETTINGS));
    assertThat(start.state()).isEqualTo(State.UNFINISHED);
    assertThat(start.notices()).singleElement().asString().contains("result.json is damaged");
  }

  @Test
  void aNewerVersionIsRefused() throws IOException {
    begin(identity("train", SETTINGS));
    String text = Files.readString(output.resolve("run.json"));
    Files.writeString(
        output.resolve("run.json"), text.replace("\"formatVersion\" : 2", "\"formatVersion\" : 9"));

    assertThatThrownBy(() -> begin(identity("train", SETTINGS)))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e)
                  .hasMessageContaining("newer version")
                  .hasMessageContaining("format version 9");
            });
    assertThatThrownBy(run::identity).isInstanceOf(StrataException.class);
  }

  @Test
  void anotherStrataGoesOnAndSaysSo() {
    begin(identity("train", SETTINGS));
    RunStart start = begin(RunIdentity.create("train", "1.1.0", SETTINGS));
    assertThat(start.notices())
        .containsExactly("The run was started with Strata 1.0.0 and continues with 1.1.0.");
  }

  private RunStart restart(RunIdentity asked) {
    return run.restart(asked, ResumeRule.only());
  }

  private RunStart begin(RunIdentity asked) {
    return run.begin(asked, false, ResumeRule.only());
  }

  private void truncate(String file, int bytes) throws IOException {
    Files.write(
        output.resolve(file), Arrays.copyOf(Files.readAllBytes(output.resolve(file)), bytes));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(output)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  private static void assertConfiguration(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      String message,
      java.util.function.Consumer<StrataException> more) {
    assertThatThrownBy(call)
        .hasMessageContaining(message)
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              more.accept(e);
            });
  }
}
