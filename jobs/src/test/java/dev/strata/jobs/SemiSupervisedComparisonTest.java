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
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code compare} with networks that learn from unlabelled rows beside the labelled ones. */
class SemiSupervisedComparisonTest {
  private static final String[] SMALL = {
    "data.label=kind",
    "data.id=[row]",
    "data.split={ validation = 0, test = 0 }",
    "network.layers=[{ type = dense, units = 16 }]",
    "compare.folds=2",
    "compare.epochs=3",
    "compare.batch-size=16",
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  /** Four numbers and, if asked for, a label that has nothing to do with them. */
  private static String noise(int count, boolean labelled) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(labelled ? "row,a,b,c,d,kind\n" : "row,a,b,c,d\n");
    for (int i = 0; i < count; i++) {
      text.append(i);
      for (int column = 0; column < 4; column++) {
        text.append(String.format(Locale.ROOT, ",%.3f", random.nextGaussian()));
      }
      text.append(!labelled ? "\n" : random.nextBoolean() ? ",high\n" : ",low\n");
    }
    return text.toString();
  }

  private CommandResult compare(String output, String... more) {
    return bench.run(
        "compare", output, Stream.of(SMALL, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  private Map<String, Double> scores(String output) {
    Map<String, Double> scores = new TreeMap<>(result(output).metrics().get("semi-supervised"));
    scores.remove("seconds");
    return scores;
  }

  /** Scores after each epoch, by the trials' names. */
  private Map<String, JsonNode> curves(String search) throws IOException {
    Map<String, JsonNode> curves = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(search))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        JsonNode kept = Json.mapper().readTree(Files.readString(file));
        curves.put(kept.at("/result/name").asText(), kept.at("/result/curve"));
      }
    }
    return curves;
  }

  /**
   * Labels by chance: a network that met those of the held-out rows would repeat them. The written
   * configuration gives the same trials.
   */
  @Test
  void unlabelledRowsAreLearnedFromAndNoHeldOutLabelIs() throws IOException {
    bench.write("rows.csv", noise(200, true));
    String methods = "compare.methods=[scratch, semi-supervised]";
    CommandResult first = compare("out", methods).expect(0);
    assertThat(first.out()).contains("semi-supervised", "epsilon ");
    assertThat(scores("out").get("error")).isBetween(0.38, 0.62);
    assertThat(folder.resolve("out/unlabelled")).exists();
    Map<String, JsonNode> curves = curves("out/search/semi-supervised");
    assertThat(curves).hasSize(2 * 2).allSatisfy((n, curve) -> assertThat(curve).hasSize(3));
    String plain = "layers-1-fresh-0-frozen-0";
    Map<String, JsonNode> scratch = curves("out/search/scratch");
    for (String epsilon : new String[] {"0.5", "1.0"}) {
      assertThat(curves.get(plain + "-epsilon-" + epsilon + "-fold-1"))
          .isNotEqualTo(scratch.get(plain + "-fold-1"));
    }

    String one = "out/search/semi-supervised/" + plain + "-epsilon-1.0-fold-2.json";
    Path other = folder.resolve(one.replace("fold-2", "fold-1"));
    FileTime before = Files.getLastModifiedTime(other);
    Map<String, Double> scores = scores("out");
    Files.delete(folder.resolve(one));
    Files.delete(folder.resolve("out/result.json"));
    CommandResult second = compare("out", methods).expect(0);
    assertThat(second.err()).contains("3 of 4 trials already done", "already prepared");
    assertThat(curves("out/search/semi-supervised")).isEqualTo(curves);
    assertThat(Files.getLastModifiedTime(other)).isEqualTo(before);
    assertThat(scores("out")).isEqualTo(scores);

    String written = bench.path("out/semi-supervised.conf");
    assertThat(Files.readString(Path.of(written)))
        .contains("strata fine-tune --config", "unlabelled", "passes=1");
    CommandResult.of(
            "fine-tune",
            "--config",
            written,
            "--output",
            bench.path("again"),
            "--set",
            "training.epochs=3",
            "--set",
            "fine-tune.search={ epsilon = [0.5, 1.0], folds = 2 }")
        .expect(0);
    assertThat(curves("again/search")).isEqualTo(curves);
    CommandResult.of("fine-tune", "--config", written).expect(0);
    assertThat(folder.resolve("out/tuned/semi-supervised/model/manifest.json")).exists();
  }

  /** They have no label column, and no class is known of them. */
  @Test
  void otherRowsAreReadWithoutLabels() throws IOException {
    bench.write("rows.csv", noise(40, true));
    bench.write("others.csv", noise(90, false));
    String[] settings = {
      "compare.methods=[semi-supervised]",
      "compare.epochs=2",
      "compare.unlabelled.path=" + bench.path("others.csv"),
    };
    assertThat(compare("out", settings).expect(0).err()).contains("train 90 rows");
    assertThat(Files.readString(folder.resolve("out/semi-supervised.conf"))).contains("others.csv");
  }

  @Test
  void labelsThatAreNumbersLeaveItOut() {
    String[] settings = {"data.label=y", "data.label-kind=value", "data.exclude=[kind]"};
    String methods = "compare.methods=[scratch, semi-supervised]";
    CommandResult compared =
        compare("out", settings[0], settings[1], settings[2], methods).expect(0);
    assertThat(compared.err()).contains("semi-supervised is left out: labels that are values");
    assertThat(result("out").metrics()).containsOnlyKeys("constant", "scratch");
    CommandResult alone =
        compare("alone", settings[0], settings[1], settings[2], "compare.methods=semi-supervised");
    assertThat(alone.expect(2).err()).contains("compare.methods", "semi-supervised: labels");
    CommandResult mixed = compare("mixed", "training.mixup=0.2", "compare.methods=semi-supervised");
    assertThat(mixed.expect(2).err()).contains("training.mixup does not go with unlabelled rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compare.methods=[semi-supervise] | compare.methods | semi-supervised",
        "fine-tune.unlabelled.source.path=rows.csv | fine-tune.unlabelled.source"
            + " | compare.unlabelled",
        "fine-tune.search.epsilon=[0.5] | fine-tune.search.epsilon | virtual-adversarial",
        "fine-tune.search.epsilon=[0, far] | fine-tune.search.epsilon | > 0",
      })
  void wrongSettingsEndWithCodeTwo(String setting, String key, String words) {
    assertThat(compare("refused", setting).expect(2).err()).contains(key, words);
  }

  /** A run that an older version began has its methods in run.json. */
  @Test
  void aRunKeepsTheMethodsThatWereTheDefaultWhenItBegan() throws IOException {
    String former =
        "compare.methods=[scratch, autoencoder, rbm, contrastive, mask-estimation, teacher,"
            + " logistic-regression, random-forest, gradient-boosted-trees]";
    compare("out", former, "compare.folds=99").expect(2);
    compare("out", "compare.folds=99").expect(2);
    assertThat(Files.readString(folder.resolve("out/run.json"))).doesNotContain("semi-supervised");
    compare("new", "compare.folds=99").expect(2);
    assertThat(Files.readString(folder.resolve("new/run.json"))).contains("semi-supervised");
  }
}
