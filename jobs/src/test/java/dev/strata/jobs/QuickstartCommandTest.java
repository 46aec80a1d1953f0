package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartCommandTest {
  @TempDir Path folder;

  @Test
  void doesAllStepsAndLeavesWhatItUsed() throws Exception {
    LocalSpark.session();
    Path output = folder.resolve("quick");
    CommandResult first =
        quickstart(output, "quickstart.rows=300", "quickstart.classes=3").expect(0);
    for (String step : List.of("prepare", "train")) {
      assertThat(first.out()).contains(step + " --config " + output.resolve("train.conf"));
    }
    for (String step : List.of("pretrain-auxiliary", "fine-tune", "evaluate", "extract")) {
      assertThat(first.out()).contains(step + " --config " + output.resolve(step + ".conf"));
    }
    assertThat(first.out())
        .contains("check --config " + output.resolve("pretrain-auxiliary.conf"))
        .contains("Five rows of the features")
        .containsPattern("(?m)^ +300 +[012] +\\[[-0-9., ]+… 500 numbers\\]$")
        .containsPattern("The same network, 10 labels per class")
        .containsPattern("from scratch +[\\d.]+ %")
        .containsPattern(
            "pretrained on +2\\d\\d images without labels +[\\d.]+ % +\\([-+]\\d+\\.\\d\\d\\)")
        .containsPattern("line \\d+:  path = ")
        .containsPattern("line \\d+:  label = label")
        .containsPattern("line \\d+:  id = \\[id\\]")
        .containsPattern("line \\d+:  task.image-shape = \\[28, 28\\]");
    for (String file :
        List.of(
            "pretrain-auxiliary/model/model.zip",
            "pretrain-auxiliary/pictures/filters.png",
            "train/model/model.zip",
            "fine-tune/model/model.zip",
            "extract/features",
            "glyphs.csv")) {
      assertThat(output.resolve(file)).exists();
    }
    List<String> rows = Files.readAllLines(output.resolve("glyphs.csv"));
    assertThat(rows).hasSize(301);
    assertThat(rows.stream().skip(1).filter(row -> !row.contains(",,"))).hasSize(30);
    RunResult result = RunFolder.of(new Configuration(), output.toString()).result().orElseThrow();
    assertThat(result.job()).isEqualTo("quickstart");
    assertThat(result.metrics().get("test").get("accuracy")).isGreaterThan(0.5);
    assertThat(result.metrics().get(Quickstart.FROM_SCRATCH)).containsKey("accuracy");

    // A finished one shows its results again, and does nothing anew.
    Object model = Files.getLastModifiedTime(output.resolve("fine-tune/model/model.zip"));
    CommandResult again =
        quickstart(output, "quickstart.rows=300", "quickstart.classes=3").expect(0);
    assertThat(again.out()).contains("Five rows of the features").doesNotContain("1/8");
    assertThat(Files.getLastModifiedTime(output.resolve("fine-tune/model/model.zip")))
        .isEqualTo(model);

    // What was cut off after training goes on there.
    Files.delete(output.resolve("result.json"));
    Files.delete(output.resolve("extract/result.json"));
    CommandResult resumed =
        quickstart(output, "quickstart.rows=300", "quickstart.classes=3").expect(0);
    assertThat(resumed.out()).contains("8/8").contains("already done");
    assertThat(Files.getLastModifiedTime(output.resolve("fine-tune/model/model.zip")))
        .isEqualTo(model);

    // Its configuration is there to be edited.
    Path data = output.resolve("data.conf");
    Files.writeString(data, Files.readString(data).replace("label = label", "label = species"));
    CommandResult edited =
        CommandResult.of(
            "check",
            "--config",
            output.resolve("train.conf").toString(),
            "--output",
            folder + "/own");
    assertThat(edited.out() + edited.err()).contains("species").doesNotContain("cannot be read");

    // Another number of rows is another run.
    CommandResult other =
        quickstart(output, "quickstart.rows=400", "quickstart.classes=3").expect(2);
    assertThat(other.err()).contains("quickstart.rows").contains("300").contains("400");
  }

  @Test
  void refusesCharactersThatItCannotDraw() {
    CommandResult refused = quickstart(folder.resolve("many"), "quickstart.classes=99").expect(2);
    assertThat(refused.err()).contains("quickstart.classes").contains("99").contains("2 to 20");
    assertThat(folder.resolve("many/glyphs.csv")).doesNotExist();
  }

  @Test
  void fourLinesOfTheSharedConfigurationChange() {
    QuickstartFiles files = new QuickstartFiles("folder TEST with spaces \"quoted\"");
    assertThat(QuickstartFiles.linesToChange(files.texts(1).get("data")))
        .hasSize(4)
        .element(0)
        .asString()
        .contains("folder TEST with spaces \\\"quoted\\\"/glyphs.csv");
  }

  private static CommandResult quickstart(Path output, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("quickstart", "--output", output.toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return CommandResult.of(arguments.toArray(String[]::new));
  }
}
