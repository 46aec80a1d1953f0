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
    for (String step : List.of("check", "prepare", "train")) {
      assertThat(first.out()).contains(step + " --config " + output.resolve("train.conf"));
    }
    assertThat(first.out())
        .contains("evaluate --config " + output.resolve("evaluate.conf"))
        .contains("extract --config " + output.resolve("extract.conf"))
        .contains("Five rows of the features")
        .containsPattern("(?m)^ +300 +[012] +\\[[-0-9., ]+… 128 numbers\\]$")
        .containsPattern("line \\d+:  path = ")
        .containsPattern("line \\d+:  label = label")
        .containsPattern("line \\d+:  id = \\[id\\]");
    for (String file : List.of("train/model/model.zip", "extract/features", "glyphs.csv")) {
      assertThat(output.resolve(file)).exists();
    }
    RunResult result = RunFolder.of(new Configuration(), output.toString()).result().orElseThrow();
    assertThat(result.job()).isEqualTo("quickstart");
    assertThat(result.metrics().get("test").get("accuracy")).isGreaterThan(0.5);

    // A finished one shows its results again, and does nothing anew.
    Object model = Files.getLastModifiedTime(output.resolve("train/model/model.zip"));
    CommandResult again =
        quickstart(output, "quickstart.rows=300", "quickstart.classes=3").expect(0);
    assertThat(again.out()).contains("Five rows of the features").doesNotContain("1/6");
    assertThat(Files.getLastModifiedTime(output.resolve("train/model/model.zip"))).isEqualTo(model);

    // What was cut off after training goes on there.
    Files.delete(output.resolve("result.json"));
    Files.delete(output.resolve("extract/result.json"));
    CommandResult resumed =
        quickstart(output, "quickstart.rows=300", "quickstart.classes=3").expect(0);
    assertThat(resumed.out()).contains("6/6").contains("done by an earlier attempt");
    assertThat(Files.getLastModifiedTime(output.resolve("train/model/model.zip"))).isEqualTo(model);

    // Its configuration is there to be edited.
    Path configuration = output.resolve("train.conf");
    String own = Files.readString(configuration).replace("label = label", "label = species");
    Files.writeString(configuration, own);
    CommandResult edited =
        CommandResult.of(
            "check", "--config", configuration.toString(), "--output", folder + "/own");
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
  void everyConfigurationItWritesHasThreeLinesToChange() {
    QuickstartFiles files = new QuickstartFiles("folder with spaces \"quoted\"");
    assertThat(QuickstartFiles.linesToChange(files.trainText(1)))
        .hasSize(3)
        .element(0)
        .asString()
        .contains("folder with spaces \\\"quoted\\\"/glyphs.csv");
  }

  private static CommandResult quickstart(Path output, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("quickstart", "--output", output.toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return CommandResult.of(arguments.toArray(String[]::new));
  }
}
