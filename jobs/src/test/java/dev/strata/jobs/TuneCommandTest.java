package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
  private static final String[] SMALL = {
    "data.label=kind",
    "data.id=[]",
    "data.split.validation=0",
    "data.split.test=0",
    "network.layers=[{ type = dense, units = 2 }, { type = output }]",
    "network.updater.learning-rate=1.0e-5",
    "training.epochs=9",
    "training.batch-size=16",
    "tune.space={ network.updater.learning-rate { min = 1.0e-4, max = 0.1 }, hidden.units = [4, 8],"
        + " data.scaling = [standard, min-max] }",
    "tune.trials=6",
    "tune.folds=2",
    "tune.metric=error",
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
    Random random = new Random(4);
    StringBuilder text = new StringBuilder("x,y,kind\n");
    for (int i = 0; i < 240; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      text.append("%.3f,%.3f,%s%n".formatted(x, y, x + y > 0 ? "high" : "low"));
    }
    bench.write("rows.csv", text.toString());
  }

  private CommandResult tune(String output, String... more) {
    return bench.run(
        "tune", output, Stream.of(SMALL, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), folder.resolve(output).toString())
        .result()
        .orElseThrow();
  }

  @Test
  void findsValuesWritesTheirConfigurationAndResumesWhatIsLeft() throws IOException {
    CommandResult first = tune("out");
    first.expect(0);
    assertThat(first.out())
        .contains("as configured", "learning-rate", "units", "scaling", "Best: trial-")
        .contains("On new rows, without the optimism of choosing");
    RunResult result = result("out");
    double best = result.metrics().get("best").get("error");
    assertThat(best).isLessThan(result.metrics().get("as-configured").get("error") - 0.1);
    assertThat(text("tuning.txt").lines()).hasSize(1 + 7);
    assertThat(text("report.html"))
        .contains("All trials", "Each key", "the best error lies", "Best: trial-");
    assertThat(folder.resolve("out/pictures/parallel.svg")).exists();

    // 6 trials of three epochs, 2 of nine and the configuration as it is, in two folds
    Map<String, FileTime> before = trials();
    assertThat(before).hasSize(2 * (6 + 2 + 1));
    double seconds = 0;
    for (String trial : before.keySet()) {
      seconds +=
          Json.mapper().readTree(text("search/" + trial)).at("/result/seconds").doubleValue();
    }
    assertThat(result.trainSeconds()).isPositive().isCloseTo(seconds, within(1e-9));
    Files.delete(folder.resolve("out/result.json"));
    String one = before.keySet().iterator().next();
    Files.delete(folder.resolve("out/search").resolve(one));
    CommandResult second = tune("out");
    second.expect(0);
    Map<String, FileTime> after = trials();
    assertThat(after.remove(one)).isNotEqualTo(before.remove(one));
    assertThat(after).isEqualTo(before);
    assertThat(result("out").metrics()).isEqualTo(result.metrics());

    CommandResult trained =
        CommandResult.of("train", "--config", folder.resolve("out/best.conf").toString());
    trained.expect(0);
    assertThat(folder.resolve("out/best/model/manifest.json")).exists();
    assertThat(result("out/best").metrics().get("train").get("loss")).isLessThan(0.3);
  }

  @Test
  void validationRowsMeasureTrialsWhereThereAreSome() {
    CommandResult tuned =
        tune("out", "tune.folds=null", "data.split.validation=0.25", "tune.method=random");
    tuned.expect(0);
    assertThat(tuned.out()).contains("The same rows chose it").doesNotContain("s.e.");
    assertThat(tuned.err()).contains("Tuning: 7 points, 0 of 7 trials already done.");
  }

  @Test
  void problemsAreToldTogether() {
    CommandResult refused =
        tune(
            "out",
            "tune.space={ network.updater.learningrate = [1], training.epochs = [5], output.dir ="
                + " [a], network.l2 { min = 1 }, network.l1 { min = 2, max = 1 }, hidden.units {"
                + " min = 1.5, max = 3 }, network.weight-decay { min = 0, max = 1, scale = log } }",
            "tune.folds=1",
            "data.split={ by = group, column = x }",
            "init.from=x");
    refused.expect(2);
    assertThat(refused.err())
        .contains("did you mean network.updater.learning-rate?")
        .contains("it finds the number of epochs itself")
        .contains("tune cannot search this key")
        .contains("a range needs both bounds")
        .contains("the range is empty")
        .contains("the key takes integers")
        .contains("a logarithmic range begins above 0")
        .contains("tune.folds")
        .contains("the folds of tune would separate rows")
        .contains("tune trains new weights");
  }

  @Test
  void valuesThatDoNotFitAreNamedBeforeAnythingIsTrained() {
    CommandResult refused = tune("out", "tune.space={ network.updater.type = [adam, adamm] }");
    refused.expect(2);
    assertThat(refused.err()).contains("tune cannot train", "adamm", "network.updater.type");
    assertThat(folder.resolve("out/search")).doesNotExist();
  }

  @Test
  void hiddenLayersAndSpacesAreCheckedBeforeAnythingIsRead() {
    CommandResult refused =
        tune(
            "out",
            "tune.space={ hidden.count = [0, 2], hidden.units = [64.5], hidden.dropout = [none],"
                + " data.missing.numeric = [mean, drop] }",
            "tune.min-epochs=50");
    refused.expect(2);
    assertThat(refused.err())
        .contains("tune.space.hidden.count", "integers >= 1")
        .contains("tune.space.hidden.units")
        .contains("not a list of dropout rates")
        .contains("trials are measured on the same rows")
        .contains("tune.min-epochs", "at most 9");

    CommandResult list = tune("out", "tune.space=[network.l2]");
    list.expect(2);
    assertThat(list.err()).contains("tune.space", "wrong type");
  }

  @Test
  void networksThatDoNotCompareAreRefused() {
    CommandResult losses =
        tune(
            "out",
            "tune.metric=loss",
            "tune.space={ network.layers = [[{ type = dense, units = 2 }, { type = output }],"
                + " [{ type = dense, units = 2 }, { type = output, loss = mse }]] }");
    losses.expect(2);
    assertThat(losses.err()).contains("different losses do not compare", "tune.metric");

    CommandResult flat =
        tune("out", "tune.space={ network.layers = [[{ type = output }]], hidden.units = [4] }");
    flat.expect(2);
    assertThat(flat.err()).contains("tune cannot train", "no dense layer");
  }

  @Test
  void checkSaysWhatWouldBeSearched() {
    CommandResult checked = bench.run("check", "out", SMALL);
    checked.expect(0);
    assertThat(checked.out())
        .contains("Method halving over data.scaling, hidden.units", "No problems found");
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve("out").resolve(name));
  }

  private Map<String, FileTime> trials() throws IOException {
    Path search = folder.resolve("out/search");
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.list(search)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        times.put(search.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
