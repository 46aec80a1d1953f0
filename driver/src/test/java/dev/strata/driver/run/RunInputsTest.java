package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a run reads what it read before. */
class RunInputsTest {
  private static final ModelState FIRST = new ModelState("zoo:kinds@1", "aa", null);

  @TempDir private Path folder;

  private static RunInputs data(Map<String, String> files) {
    return new RunInputs(Map.of("data", SourceState.of(files)), Map.of(), Map.of());
  }

  private static RunInputs model(ModelState model) {
    return new RunInputs(Map.of(), Map.of("model", model), Map.of());
  }

  @Test
  void eachFileThatChangedIsNamed() {
    Map<String, String> before = Map.of("/a", "1 1", "/b", "2 2", "/c", "3 3");
    RunInputs held = data(before);
    assertThat(held.sourceChanges(data(before))).isEmpty();
    assertThat(held.sourceChanges(data(Map.of("/a", "1 9", "/b", "2 2", "/d", "3 3"))))
        .containsExactly("data: replaced /a; added /d; removed /c");
    assertThat(held.sourceChanges(data(Map.of()))).containsExactly("data: removed /a, /b, /c");
    assertThat(held.sourceChanges(model(FIRST))).containsExactly("data: is no longer a source");
    assertThat(model(FIRST).sourceChanges(held)).containsExactly("data: was not a source before");
  }

  @Test
  void ofManyFilesTheListIsNotKeptButItsChecksum() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i <= SourceState.MOST_LISTED; i++) {
      many.put("/" + i, "1 1");
    }
    RunInputs held = data(many);
    assertThat(held.sources().get("data").listed()).isEmpty();
    assertThat(held.sourceChanges(data(many))).isEmpty();
    many.put("/7", "1 2");
    assertThat(held.sourceChanges(data(many)))
        .containsExactly("data: has different files (1001, before 1001)");
    Map<String, String> few = new TreeMap<>(Map.of("/a", "1", "/b", "1", "/c", "1", "/d", "1"));
    assertThat(data(Map.of("/z", "1")).sourceChanges(data(few)))
        .containsExactly("data: added /a, /b, /c and 1 more; removed /z");
  }

  @Test
  void whatMayChangeUnseenIsNeverTheSame() {
    RunInputs unseen = new RunInputs(Map.of("data", SourceState.UNKNOWN), Map.of(), Map.of());
    assertThat(unseen.sourceChanges(unseen)).hasSize(1);
    assertThat(unseen.certain(unseen).sourceChanges(unseen.certain(unseen))).isEmpty();
    RunInputs seen = data(Map.of("/a", "1"));
    assertThat(unseen.certain(seen).sourceChanges(seen.certain(unseen)))
        .as("an older version could not see it")
        .isEmpty();
    assertThat(seen.certain(unseen).sourceChanges(unseen.certain(seen))).isEmpty();
  }

  @Test
  void aModelIsTheSameByWhatItComputes() {
    assertThat(model(FIRST).modelChanges(model(FIRST))).isEmpty();
    assertThat(model(FIRST).modelChanges(model(new ModelState("zoo:kinds@2", "aa", null))))
        .as("another version, whatever its parameters")
        .containsExactly("model: zoo:kinds@1 -> zoo:kinds@2");
    assertThat(model(FIRST).modelChanges(model(new ModelState("zoo:kinds@1", "bb", null))))
        .as("another zoo's")
        .containsExactly("model: a different model in zoo:kinds@1 (modelSha256 aa -> bb)");
    ModelState path = new ModelState("runs/a", "aa", "cc");
    assertThat(model(path).modelChanges(model(new ModelState("./runs/a", "aa", "cc")))).isEmpty();
    assertThat(model(path).modelChanges(model(new ModelState("runs/a", "aa", "dd"))))
        .containsExactly("model: different preprocessing in runs/a");
  }

  @Test
  void theFileIsReadBackAndOnlyForItsRun() throws IOException {
    RunFolder run = RunFolder.of(new Configuration(), folder.toString());
    assertThat(run.inputs("r1")).isEmpty();
    RunInputs inputs =
        new RunInputs(
                Map.of("data", SourceState.of(Map.of("/a", "1 1"))),
                Map.of("model", FIRST),
                Map.of("training.epochs", "3"))
            .of("r1")
            .withRows(Map.of("train", "ee"));
    run.write(inputs);
    assertThat(run.inputs("r1")).contains(inputs);
    assertThat(run.inputs("r2")).isEmpty();

    Path file = folder.resolve("inputs.json");
    String text = Files.readString(file);
    for (String damaged :
        List.of(
            "",
            "null",
            "[]",
            "{",
            text.substring(0, 80),
            text.replace("{\n", "[\n"),
            text.replace("\"1 1\"", "\"1 2\""),
            text.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"))) {
      Files.writeString(file, damaged);
      assertThat(run.inputs("r1")).as(damaged).isEmpty();
    }
    // as a version without checksums would have written it
    String unsigned = Json.pretty(inputs) + "\n";
    for (String key :
        List.of("sources", "models", "settings", "rows", "listed", "sha256", "name")) {
      Files.writeString(file, unsigned.replaceAll("\"" + key + "\" : ", "\"" + key + "x\" : "));
      RunInputs read = run.inputs("r1").orElseThrow();
      assertThat(read.sourceChanges(inputs).size() + read.modelChanges(inputs).size())
          .as(key)
          .isBetween(0, 1);
    }
    Files.writeString(file, unsigned.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    assertThatThrownBy(() -> run.inputs("r1"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("newer version");
  }
}
