package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that are sure of too much, their calibration, and the importance of their columns. */
class CalibrationCommandTest {
  private static final String SPLIT = "data.split={ validation = 0.4, test = 0.4 }";

  private static final String[] OVERFITTED = {
    "network.layers=[{ type = dense, units = 64 }, { type = output }]",
    "training={ epochs = 150, workers = 1, batch-size = 32, validation-every = 9999 }",
    "training.calibration=temperature",
    "averaging.every=50",
    SPLIT,
    "evaluation.calibration-bins=5",
    "data.blocks=2"
  };

  private static final String ERROR = "expected-calibration-error";
  private static final String BEFORE = "uncalibrated-";

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  /** The class is that of a noisy x; y says nothing. */
  private static String rows(int count) {
    Random random = new Random(8);
    StringBuilder text = new StringBuilder("row,x,y,kind\n");
    for (int i = 0; i < count; i++) {
      double x = random.nextGaussian();
      boolean high = x + random.nextGaussian() > 0;
      text.append(
          "%d,%.4f,%.4f,%s%n".formatted(i, x, random.nextGaussian(), high ? "high" : "low"));
    }
    return text.toString();
  }

  private Map<String, Map<String, Double>> metrics(String output) {
    return result(output).metrics();
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @Test
  void aModelThatIsSureOfTooMuchIsCalibrated() {
    bench.write("rows.csv", rows(1000));
    bench.run("train", "out", OVERFITTED).expect(0);
    Map<String, Double> validation = metrics("out").get("validation");
    assertThat(validation.get("temperature")).isGreaterThan(1.1);
    assertThat(validation.get("log-loss")).isLessThan(validation.get(BEFORE + "log-loss"));
    assertThat(validation.get(ERROR)).isLessThan(validation.get(BEFORE + ERROR));
    Map<String, Double> test = metrics("out").get("test");
    assertThat(test).containsEntry("temperature", validation.get("temperature"));

    assertThat(result("out").warnings()).noneMatch(one -> one.contains("to calibrate by"));

    var bundle = BundleReader.open(new Configuration(), bench.path("out"), "model");
    assertThat(bundle.provenance().metrics().get("validation")).containsKey("temperature");
    bench.run("evaluate", "again", "model=" + bench.path("out"), SPLIT).expect(0);
    assertThat(metrics("again").get("test").get("log-loss"))
        .isEqualTo(test.get("log-loss"), within(1e-9));
    assertThat(metrics("again").get("test").get("accuracy")).isEqualTo(test.get("accuracy"));

    bench.run("fine-tune", "tuned", "model=" + bench.path("out"), "network.layers=[]").expect(0);
    assertThat(metrics("tuned").get("validation")).doesNotContainKey("temperature");
    bench
        .run(
            "fine-tune",
            "tuned-calibrated",
            "model=" + bench.path("out"),
            "network.layers=[]",
            "training.calibration=temperature")
        .expect(0);
    assertThat(metrics("tuned-calibrated").get("validation")).containsKey("temperature");
  }

  /** Three classes well apart, of few rows. */
  @Test
  void validationRowsThatDetermineNoTemperatureAreWarnedAbout() {
    CommandResult trained =
        bench.run("train", "out", "training.epochs=40", "training.calibration=temperature");
    trained.expect(0);
    String warning = "validation: too few validation rows to calibrate by";
    assertThat(trained.err()).containsOnlyOnce(warning);
    assertThat(result("out").warnings()).anySatisfy(one -> assertThat(one).startsWith(warning));
    assertThat(result("out").metrics().get("validation").get("temperature")).isLessThan(1);
  }

  @Test
  void valuesAndRowsWithoutValidationAreRefused() {
    CommandResult values =
        bench.run(
            "train",
            "out",
            "training.calibration=temperature",
            "data.label-kind=value",
            "data.label=x");
    values.expect(2);
    assertThat(values.err()).contains("training.calibration", "no probabilities");
    CommandResult none =
        bench.run("train", "out", "training.calibration=temperature", "data.split.validation=0");
    none.expect(2);
    assertThat(none.err()).contains("training.calibration", "needs validation rows");
  }

  @Test
  void evaluateMeasuresTheImportanceOfSourceColumns() throws IOException {
    bench.write("rows.csv", rows(400));
    bench.run("train", "out", "training.epochs=10").expect(0);
    bench
        .run(
            "evaluate",
            "evaluated",
            "model=" + bench.path("out"),
            "evaluation.importance={ repeats = 3, metric = accuracy }")
        .expect(0);
    Map<String, Map<String, Double>> metrics = metrics("evaluated");
    assertThat(metrics.get("importance")).containsOnlyKeys("x", "y");
    assertThat(metrics.get("importance").get("x")).isGreaterThan(0.1);
    assertThat(metrics.get("importance").get("y")).isBetween(-0.1, 0.1);
    assertThat(metrics.get("importance-deviation").get("x")).isGreaterThan(0);
    String file = Files.readString(folder.resolve("evaluated/importance.json"));
    assertThat(Json.read(file, Map.class, "importance.json")).containsEntry("metric", "accuracy");
    assertThat(Files.readString(folder.resolve("evaluated/report.html")))
        .contains("Importance of columns by accuracy", "standard deviation");
    assertThat(folder.resolve("evaluated/pictures/importance.svg")).exists();
  }

  /** Must hold on rows that nothing was chosen by, of tables as they are. */
  @EnabledIfEnvironmentVariable(named = "STRATA_DATA", matches = ".+")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "online-shoppers/online_shoppers_intention.csv | ,   | true  | Revenue",
        "bank-marketing/bank-additional-full.csv.gz    | ;   | true  | y",
        "adult/adult.data                              | ,   | false | _c14"
      })
  void theErrorOfTablesIsHalved(String file, String separator, boolean header, String label) {
    List<String> settings =
        List.of(
            "data={ format = csv, path = \"%s/%s\", label = %s, id = [], blocks = 2 }"
                .formatted(System.getenv("STRATA_DATA"), file, label),
            "data.options={ header = %s, sep = \"%s\", ignoreLeadingWhiteSpace = true }"
                .formatted(header, separator),
            "data.unseen-category=zeros",
            SPLIT,
            "data.limit=4500",
            "network.layers=[{ type = dense, units = 256 }, { type = dense, units = 256 },"
                + " { type = output }]",
            "network.updater.learning-rate=0.001",
            "training={ epochs = 40, workers = 1, batch-size = 32, validation-every = 9999 }",
            "averaging.every=50",
            "training.calibration=temperature");
    bench.run("train", "out", settings.toArray(String[]::new)).expect(0);
    for (String part : List.of("validation", "test")) {
      Map<String, Double> found = metrics("out").get(part);
      assertThat(found.get(ERROR)).as(part).isLessThan(found.get(BEFORE + ERROR) / 2);
    }
  }
}
