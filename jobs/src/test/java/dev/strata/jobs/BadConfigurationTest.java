package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.lock.OutputLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in keys, flags and outputs: exit code 2, and a message that a stranger can act on. */
class BadConfigurationTest {
  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // unknown key, with the nearest known one
        "training.epoch=3 | training.epoch | did you mean training.epochs?",
        // wrong type
        "training.epochs=many | training.epochs | a number >= 1",
        // Java reads a suffix and hexadecimal digits as a number
        "training.epochs=5f | training.epochs | an integer >= 1",
        "training.epochs=\"0x1p3\" | training.epochs | an integer >= 1",
        "training.epochs=Infinity | training.epochs | a number >= 1",
        // HOCON makes an object of a list that is addressed by index
        "network.layers.0.units=64 | network.layers | wrong type",
        // negative learning rate
        "network.updater.learning-rate=-0.1 | network.updater.learning-rate | -0.1",
        // zero workers
        "training.workers=0 | training.workers | a number >= 1",
        // shapes that do not fit
        "network.layers=[{type=dense,units=0},{type=output}] | network.layers[0].units | at least"
            + " 1",
        "network.layers=[{type=dense,units=3}] | network.layers[0].type | output, for the last"
            + " layer",
        "network.layers=[{type=output,units=7}] | network.layers[0].units | 3 classes",
        "network.input=784 | network.input | 2, the width of the features"
      })
  void aWrongKeyIsNamed(String setting, String key, String words) {
    CommandResult result = bench.run("train", "out", setting);
    assertThat(result.err()).contains(key, words).doesNotContain("\tat ");
    result.expect(2);
    assertThat(folder.resolve("out/failure.json")).exists().content().contains("\"exitCode\" : 2");
  }

  @Test
  void anOutputThatCannotBeWrittenIsNamed() {
    bench.write("file", "in the place of a folder");
    CommandResult result = bench.run("train", "file/out");
    assertThat(result.err()).contains("output.dir", "file/out");
    result.expect(2);
  }

  @Test
  void anOutputOfAnotherJobIsRefusedAndLeftAsItIs() throws IOException {
    bench.run("train", "out").expect(0);
    String result = Files.readString(folder.resolve("out/result.json"));
    CommandResult refused = bench.run("evaluate", "out", "model=" + bench.path("out"));
    assertThat(refused.err()).contains("has another run", "job train", "--overwrite");
    refused.expect(2);
    assertThat(folder.resolve("out/result.json")).hasContent(result);
  }

  @Test
  void aKeyThatMayNotChangeOnResumeIsNamedWithBothValues() {
    bench.run("train", "out").expect(0);
    folder.resolve("out/result.json").toFile().delete();
    CommandResult refused = bench.run("train", "out", "training.batch-size=16");
    assertThat(refused.err())
        .contains("training.batch-size = 16 (was 8)", "cannot change on resume");
    refused.expect(2);
    // Keys that are marked may.
    bench.run("train", "out", "training.epochs=3", "checkpoint.keep=1").expect(0);
  }

  @Test
  void aFinishedRunIsNotDoneAgainWithoutOverwrite() throws IOException {
    bench.run("train", "out").expect(0);
    String result = Files.readString(folder.resolve("out/result.json"));
    CommandResult again = bench.run("train", "out");
    assertThat(again.err()).contains("--overwrite");
    again.expect(0);
    assertThat(folder.resolve("out/result.json")).hasContent(result);
    CommandResult anew = bench.run("train", "out", "--overwrite");
    anew.expect(0);
    assertThat(Files.readString(folder.resolve("out/result.json"))).isNotEqualTo(result);
  }

  @Test
  void anOutputThatALiveRunHoldsIsRefusedAndItsStateIsLeftToIt() {
    try (OutputLock held =
        OutputLock.acquire(
            new Configuration(), bench.path("out"), Duration.ofMinutes(1), "the other run")) {
      held.ensureHeld();
      CommandResult refused = bench.run("train", "out");
      assertThat(refused.err()).contains("the other run");
      refused.expect(5);
      assertThat(folder.resolve("out/failure.json")).doesNotExist();
    }
    bench.run("train", "out").expect(0);
  }

  @Test
  void whatACommandNeedsIsNamed() {
    CommandResult result = CommandResult.of("train");
    assertThat(result.err()).contains("output.dir", "data.path", "data.label", "network.layers");
    result.expect(2);
  }
}
