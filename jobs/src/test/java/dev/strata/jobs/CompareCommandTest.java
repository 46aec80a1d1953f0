package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  private static final String[] SMALL = {
    "data.label=kind",
    "data.id=[row]",
    "data.missing.label=drop",
    "network.layers=[{ type = dense, units = 6 }]",
    "training.epochs=2",
    "training.batch-size=16",
    "compare.folds=2",
    "compare.epochs=3",
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  /** Two numbers; every third row has a label: whether their sum is above 0, or chance. */
  private static String rows(int count, boolean chance) {
    Random random = new Random(4);
    StringBuilder text = new StringBuilder("row,x,y,kind\n");
    for (int i = 0; i < count; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      boolean high = chance ? random.nextBoolean() : x + y > 0;
      text.append("%d,%.3f,%.3f,%s%n".formatted(i, x, y, i % 3 > 0 ? "" : high ? "high" : "low"));
    }
    return text.toString();
  }

  /** Eight numbers and a label that has nothing to do with them. */
  private static String noise(int count) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder("row,a,b,c,d,e,f,g,h,kind\n");
    for (int i = 0; i < count; i++) {
      text.append(i);
      for (int column = 0; column < 8; column++) {
        text.append(String.format(Locale.ROOT, ",%.3f", random.nextGaussian()));
      }
      text.append(random.nextBoolean() ? ",high\n" : ",low\n");
    }
    return text.toString();
  }

  private CommandResult compare(String output, String... more) {
    return bench.run("compare", output, with(more));
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), folder.resolve(output).toString())
        .result()
        .orElseThrow();
  }

  @Test
  void comparesMethodsAndResumesWhatIsLeft() throws IOException {
    bench.write("rows.csv", rows(360, false));
    String methods = "compare.methods=[scratch, rbm, contrastive, logistic-regression]";
    CommandResult first = compare("out", methods);
    first.expect(0);
    assertThat(first.out())
        .contains(
            "method", "one prediction for all", "Use logistic-regression", "nothing is gained");
    RunResult result = result("out");
    assertThat(result.metrics())
        .containsOnlyKeys("constant", "scratch", "rbm", "contrastive", "logistic-regression");
    assertThat(result.metrics().get("constant").get("error")).isBetween(0.4, 0.6);
    assertThat(result.metrics().get("logistic-regression").get("error")).isLessThan(0.1);
    JsonNode advice = Json.read(text("recommendation.json"), JsonNode.class, "recommendation.json");
    assertThat(advice.path("method").asText()).isEqualTo("logistic-regression");
    assertThat(text("comparison.txt")).contains(advice.path("sentence").asText());
    assertThat(text("report.html")).contains("logistic-regression", "one prediction for all");

    Map<String, FileTime> before = trials();
    assertThat(before).hasSize(2 * (1 + 2 + 2 + 3));
    Files.delete(folder.resolve("out/result.json"));
    String one = before.keySet().stream().filter(name -> name.contains("rbm")).findFirst().get();
    Files.delete(folder.resolve("out/search").resolve(one));
    CommandResult second = compare("out", methods);
    second.expect(0);
    assertThat(second.err()).contains("3 of 4 trials already done", "already finished");
    Map<String, FileTime> after = trials();
    assertThat(after.remove(one)).isNotEqualTo(before.remove(one));
    assertThat(after).isEqualTo(before);
    Map<String, Map<String, Double>> again = new TreeMap<>(result("out").metrics());
    Map<String, Map<String, Double>> once = new TreeMap<>(result.metrics());
    again.values().forEach(metrics -> metrics.remove("seconds"));
    once.values().forEach(metrics -> metrics.remove("seconds"));
    assertThat(again).isEqualTo(once);

    CommandResult tuned =
        CommandResult.of(
            "fine-tune", "--config", folder.resolve("out/contrastive.conf").toString());
    tuned.expect(0);
    assertThat(folder.resolve("out/tuned/contrastive/model/manifest.json")).exists();
  }

  /** Labels by chance: a teacher that saw those of the held-out rows would repeat them. */
  @Test
  void theTeacherOfAFoldHasNotSeenItsLabels() throws IOException {
    bench.write("rows.csv", noise(160));
    String[] settings = {
      "data.split={ validation = 0, test = 0 }",
      "network.layers=[{ type = dense, units = 32 }]",
      "training.epochs=10",
      "compare.methods=[teacher]",
      "task.teacher={ models = random-forest, folds = 2 }"
    };
    CommandResult first = compare("out", settings);
    first.expect(0);
    assertThat(result("out").metrics().get("teacher").get("error")).isBetween(0.38, 0.62);
    assertThat(first.err()).contains("Pretraining without the labels of fold 2 of 2");
    Map<String, FileTime> before = trials();
    assertThat(before).hasSize(3 * 2);
    Files.delete(folder.resolve("out/result.json"));
    CommandResult second = compare("out", settings);
    second.expect(0);
    assertThat(second.err()).contains("This run is already finished");
    assertThat(trials()).isEqualTo(before);
    assertThat(result("out").metrics().get("teacher"))
        .containsAllEntriesOf(Map.of("error", result("out").metrics().get("teacher").get("error")));

    // What the written configurations train on all rows. The forest without a row's fold knows the
    // row as little.
    CommandResult.of("pretrain-auxiliary", "--config", path("out/pretrain-teacher.conf")).expect(0);
    CommandResult.of("fine-tune", "--config", path("out/teacher.conf")).expect(0);
    assertThat(folder.resolve("out/tuned/teacher/model/manifest.json")).exists();
  }

  /**
   * Keys of the task that describe one method are not those of another's pretraining: given ones,
   * and those that a run of an older version keeps, which had neither weights nor today's
   * temperature.
   */
  @Test
  void keysOfOneMethodDoNotStopTheOthers() throws IOException {
    bench.write("rows.csv", rows(90, false));
    String[] settings = {
      "data.split={ validation = 0, test = 0 }",
      "training.epochs=1",
      "compare.epochs=1",
      "compare.methods=[contrastive, mask-estimation, teacher]",
      "task.teacher={ models = [linear, random-forest], folds = 2 }",
      "task.reconstruction-weight=1"
    };
    String[] equal = Arrays.copyOf(settings, settings.length + 2);
    equal[settings.length] = "task.teacher.weights=equal";
    equal[settings.length + 1] = "task.temperature=1";
    compare("out", equal).expect(0);
    try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
      for (Path run : all.filter(file -> file.endsWith("run.json")).toList()) {
        older(run);
      }
    }
    Files.delete(folder.resolve("out/result.json"));
    CommandResult again = compare("out", settings);
    again.expect(0);
    assertThat(again.err())
        .contains("which it keeps: task.teacher.weights, task.temperature")
        .doesNotContain("Teacher: ");
    assertThat(folder.resolve("out/teacher.conf")).content().doesNotContain("reconstruction");
    assertThat(CommandResult.of("status", "--output", path("out")).expect(0).out())
        .contains("compare", "time in rounds");
  }

  /** As a version without weights of teachers wrote it. */
  private static void older(Path run) throws IOException {
    Files.writeString(
        run,
        Files.readString(run)
            .replaceFirst("\"task.temperature\" : \"0.5\"", "\"task.temperature\" : \"1\""));
    OlderRun.without(run, "task.teacher.weights");
  }

  /** A teacher of another cut has seen labels that are held out now. */
  @Test
  void teachersOfAnotherCutAreNotReused() throws IOException {
    bench.write("rows.csv", noise(60));
    String[] settings = {
      "data.split={ validation = 0, test = 0 }",
      "training.epochs=1",
      "compare.epochs=1",
      "compare.methods=[teacher]",
      "task.teacher={ models = linear, folds = 2 }",
      "compare.folds=3"
    };
    assertThat(compare("out", settings).expect(0).err()).contains("Teacher: 40 labelled rows");
    Path folds = folder.resolve("out/teacher-folds");
    List<String> ofThree = names(folds);
    assertThat(ofThree).hasSize(3);
    Path kept = Files.move(folds, folder.resolve("kept"));

    // An overwriting run that ends before the teachers: a file is in the way of its rows.
    settings[settings.length - 1] = "compare.folds=2";
    Path rows = folder.resolve("out/labelled");
    Files.move(rows, folder.resolve("aside"));
    Files.createFile(rows);
    Files.createDirectory(folds);
    String[] overwriting = Arrays.copyOf(settings, settings.length + 1);
    overwriting[settings.length] = "--overwrite";
    assertThat(compare("out", overwriting).code()).isNotZero();
    assertThat(folds).doesNotExist();
    Files.delete(rows);

    // As if they had stayed.
    Files.move(kept, folds);
    CommandResult changed =
        compare(
            "out",
            Stream.concat(Stream.of(settings), Stream.of("compare.folds=4"))
                .toArray(String[]::new));
    changed.expect(2);
    assertThat(changed.err()).contains("compare.folds = 4 (was 2)");
    CommandResult two = compare("out", settings);
    two.expect(0);
    assertThat(two.err().split("Teacher: 30 labelled rows")).as(two.err()).hasSize(2 + 1);
    assertThat(names(folds)).hasSize(3 + 2).containsAll(ofThree);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aTeacherIsLeftOutWhereTheDataAreSplit() {
    bench.write("rows.csv", rows(180, false));
    CommandResult compared = compare("out", "compare.methods=[teacher, logistic-regression]");
    compared.expect(0);
    assertThat(compared.err())
        .contains("teacher is left out: with data.split")
        .contains("No learning curve: with compare.folds = 2");
    assertThat(result("out").metrics()).containsOnlyKeys("constant", "logistic-regression");
  }

  @Test
  void saysThatNothingPredictsRandomLabels() throws IOException {
    bench.write("rows.csv", rows(360, true));
    CommandResult compared =
        compare("out", "compare.methods=[scratch, logistic-regression]", "compare.folds=4");
    compared.expect(0);
    assertThat(compared.out()).contains("Nothing predicts the label");
    // 72 of 120 labelled rows are for training: a fold leaves three quarters of them.
    JsonNode curve = Json.read(text("learning-curve.json"), JsonNode.class, "learning-curve.json");
    assertThat(curve).hasSize(2 * 2);
    assertThat(curve.get(0).path("rows").asInt() * 3).isEqualTo(curve.get(1).path("rows").asInt());
    String method = curve.get(1).path("method").asText();
    assertThat(curve.get(1).path("error").asDouble())
        .isEqualTo(result("out").metrics().get(method).get("error"));
    assertThat(text("comparison.txt")).contains("labelled rows", "Loss of scratch by labelled");
    assertThat(text("report.html")).contains("Learning curve");
    assertThat(compare("off", "compare.methods=[scratch]", "compare.learning-curve=false").code())
        .isZero();
    assertThat(folder.resolve("off/learning-curve.json")).doesNotExist();
  }

  @Test
  void comparesRegressions() {
    StringBuilder text = new StringBuilder("x,y\n");
    Random random = new Random(6);
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian();
      text.append("%.3f,%.3f%n".formatted(x, 3 * x + 0.1 * random.nextGaussian()));
    }
    bench.write("rows.csv", text.toString());
    CommandResult compared =
        compare(
            "out",
            "data.label=y",
            "data.label-kind=value",
            "data.id=[]",
            "compare.methods=[scratch, logistic-regression]");
    compared.expect(0);
    assertThat(result("out").metrics().get("logistic-regression").get("error"))
        .as(compared.err())
        .isLessThan(0.3);
    assertThat(result("out").metrics().get("constant").get("error")).isBetween(2.0, 4.0);
  }

  @Test
  void problemsAreToldTogether() {
    bench.write("rows.csv", rows(30, false));
    CommandResult refused =
        compare(
            "out",
            "compare.methods=[]",
            "compare.folds=1",
            "network.layers=[{ type = dense, units = 6 }, { type = output }]");
    refused.expect(2);
    assertThat(refused.err())
        .contains("compare.methods", "compare.folds", ">= 2", "network.layers", "output layer");
  }

  @Test
  void theFreeEnergyGapStopsNoAutoencoder() {
    bench.write("rows.csv", rows(30, false));
    String gap = "pretrain.layer.early-stopping.metric=free-energy-gap";
    CommandResult refused =
        bench.run("check", "out", with(gap, "compare.methods=[rbm, autoencoder]"));
    refused.expect(2);
    assertThat(refused.err())
        .contains("pretrain.layer.early-stopping.metric", "compare.methods without autoencoder");
    bench.run("check", "out", with(gap, "compare.methods=[rbm, scratch]")).expect(0);
  }

  private static String[] with(String... more) {
    return Stream.of(SMALL, more).flatMap(Stream::of).toArray(String[]::new);
  }

  /** Pretraining has no place for them; without them another network would be compared. */
  @Test
  void settingsOfLayersThatPretrainingLacksAreRefused() {
    bench.write("rows.csv", rows(30, false));
    CommandResult refused =
        compare("out", "network.layers=[{ type = dense, units = 6, drop-connect = 0.3 }]");
    refused.expect(2);
    assertThat(refused.err())
        .contains("compare pretrains dense layers", "units, activation and name alone");
  }

  @Test
  void checkSaysWhatWouldBeCompared() {
    bench.write("rows.csv", rows(30, false));
    CommandResult checked = bench.run("check", "out", SMALL);
    checked.expect(0);
    assertThat(checked.out())
        .contains("10 methods in 2 folds: scratch, autoencoder,", "No problems found");
  }

  /** Of six labelled rows the split leaves four for training. */
  @Test
  void fewerRowsThanFoldsAreNamed() {
    bench.write("rows.csv", rows(18, false));
    CommandResult refused = compare("out", "compare.methods=[scratch]", "compare.folds=8");
    refused.expect(2);
    assertThat(refused.err()).contains("compare.folds", "8 folds of 4 rows", "at most 4");
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve("out").resolve(name));
  }

  private Map<String, FileTime> trials() throws IOException {
    Path search = folder.resolve("out/search");
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(search)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        times.put(search.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
