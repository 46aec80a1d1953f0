package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.tuning.Dimension;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.step.StepSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  @Test
  void readsEverySection() {
    Settings settings =
        read(
            """
            seed = 7
            output { dir = out, lease = none, lease-timeout = 2m }
            init { from = "runs/1", optimizer-state = zero }
            data {
              path = [a.csv, b.csv]
              options { sep = ";" }
              validation { path = v.csv }
              split { by = group, column = user, test = 0.2 }
              label = y
              label-mapping { ">50K." = ">50K" }
              class-weights { a = 2 }
              missing { numeric = mean, categorical = most-frequent }
              block-size = 2MiB
            }
            network {
              layers = [
                { type = dense, units = 12, dropout = 0.5, name = hidden }
                { type = batch-norm }
                { type = dropout, rate = 0.2 }
                { type = output }
              ]
              updater { type = sgd, learning-rate = 0.5 }
              schedule { type = map, values { "0" = 0.1, "100" = 0.01 } }
            }
            training { workers = 4, global-batch-size = 64, early-stopping { patience = 3, metric = f1 } }
            averaging { every = 3, optimizer-state = keep, driver-limit = 1GiB, reducer = sliced, outer { type = nesterov, momentum = 0.5 } }
            checkpoint { every = 500ms, keep = 3 }
            resume.allow-workers-change = true
            extract { layers = [hidden, output], write-mode = overwrite }
            spark.master = "local[3]"
            """);

    assertThat(settings.seed()).isEqualTo(7);
    assertThat(settings.output().folder()).isEqualTo("out");
    assertThat(settings.output().leaseTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.init().optimizerState()).isEqualTo(InitSettings.OptimizerState.ZERO);
    assertThat(settings.data().source().path()).containsExactly("a.csv", "b.csv");
    assertThat(settings.data().source().options()).containsEntry("sep", ";");
    assertThat(settings.data().validation().path()).containsExactly("v.csv");
    assertThat(settings.data().split().by()).isEqualTo(SplitSettings.By.GROUP);
    assertThat(settings.data().labelMapping()).containsEntry(">50K.", ">50K");
    assertThat(settings.data().classWeights().factors()).containsEntry("a", 2.0);
    assertThat(settings.data().missing().categorical())
        .isEqualTo(MissingPolicy.Categorical.MOST_FREQUENT);
    assertThat(settings.data().blockSize()).isEqualTo(2 << 20);
    assertThat(settings.network().layers()).hasSize(4);
    assertThat(settings.network().layers().get(0).name()).contains("hidden");
    assertThat(((LayerSettings.Dense) settings.network().layers().get(0)).units()).contains(12);
    assertThat(settings.network().schedule().values()).containsEntry(100, 0.01);
    assertThat(settings.training().workerBatch()).isEqualTo(16);
    assertThat(settings.averaging().optimizerState())
        .isEqualTo(AveragingSettings.OptimizerState.KEEP);
    assertThat(settings.averaging().reducer()).isEqualTo(AveragingSettings.Reducer.SLICED);
    assertThat(settings.averaging().outer())
        .isEqualTo(new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0.5)));
    assertThat(settings.checkpoint().every()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.allowWorkersChange()).isTrue();
    assertThat(settings.extract().layers()).containsExactly("hidden", "output");
    assertThat(settings.sparkMaster()).contains("local[3]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trainning.epochs = 3 | trainning | did you mean training?",
        "training.epoch = 3 | training.epoch | did you mean training.epochs?",
        "epochs = 3 | epochs | did you mean training.epochs?",
        "data.spilt.test = 0.1 | data.spilt | did you mean data.split?",
        "network.layers = [{type = dense, unit = 3}] | network.layers[0].unit | did you mean"
            + " units?",
        "network.layers = [{type = dens}] | network.layers[0].type | did you mean dense?",
        "training.epochs = ten | training.epochs | a number >= 1",
        "training.epochs = 1.5 | training.epochs | an integer >= 1",
        "training.workers = 0 | training.workers | a number >= 1",
        "training.epochs = [1] | training.epochs | a number >= 1",
        "training = 5 | training | a section { … } with keys averaging",
        "averaging.reducer = slice | averaging.reducer | did you mean sliced?",
        "averaging.optimizer-state = keeep | averaging.optimizer-state | did you mean keep?",
        "averaging.outer.momentum = 1.0 | averaging.outer.momentum | in [0, 1)",
        "checkpoint.every = 30 | checkpoint.every | such as 500ms, 30s",
        "data.block-size = huge | data.block-size | such as 512KiB",
        "data.features = { a = b } | data.features | a list of strings",
        "data { path = a, sql = b } | data.sql | exactly one of path, table, sql",
        "data.split { validation = 0.6, test = 0.5 } | data.split.test | validation + test < 1",
        "data.split.by = time | data.split.column | data.split.by = time",
        "data.class-weights = even | data.class-weights | balanced",
        "data.class-weights { a = -1 } | data.class-weights.a | > 0",
        "training { workers = 3, global-batch-size = 100 } | training.global-batch-size | a"
            + " multiple of training.workers = 3",
        "output.lease = maybe | output.lease | one of exclusive, none",
        "resume.allow-workers-change = yes | resume.allow-workers-change | true or false",
        "training.epochs = 99999999999 | training.epochs | 32-bit",
        "data.divide-by = 0 | data.divide-by | other than 0",
        "training.label-smoothing = 1 | training.label-smoothing | in [0, 1)",
        "training.mixup = -0.1 | training.mixup | >= 0",
        "network.layers = [{type = dense, layer-norm = 3}] | network.layers[0].layer-norm | true or"
            + " false",
        "network.layers = [{type = gaussian-dropot}] | network.layers[0].type | did you mean"
            + " gaussian-dropout?",
        "seed = null | seed | such as 42"
      })
  void oneProblemNamesItsKeyAndWhatIsExpected(String text, String key, String expected) {
    String adjusted = expected.replace("with keys averaging", "with keys augmentation");
    assertThat(problems(text))
        .anySatisfy(line -> assertThat(line).contains("key: " + key + ";").contains(adjusted));
  }

  @Test
  void allProblemsAreReportedAtOnceWithTheirPlaces() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    training.workers = 0
                    trainning.epochs = 1
                    data.split.test = 2
                    """))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("3 problems")
        .hasMessageContaining("test.conf: 1")
        .hasMessageContaining("test.conf: 2")
        .hasMessageContaining("test.conf: 3")
        .hasMessageContaining("found: 2");
  }

  @Test
  void eachProblemIsOnOneLineWithItsKey() {
    String text = "training.workers = 0\ntrainning.epochs = 1\naveraging.optimizer-state = keeep\n";

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(StrataException.class)
        .extracting(
            thrown -> thrown.getMessage().lines().toList(),
            InstanceOfAssertFactories.list(String.class))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo("3 problems in the configuration:"),
            line -> assertThat(line).startsWith("  out of range (key: training.workers; "),
            line ->
                assertThat(line)
                    .startsWith(
                        "  unknown key trainning; did you mean training? (key: trainning; file: "),
            line ->
                assertThat(line)
                    .startsWith(
                        "  unknown value keeep; did you mean keep? (key: averaging.optimizer-state;"
                            + " ")
                    .contains("found: \"keeep\"", "expected: one of average, keep"));
  }

  @Test
  void anUnknownPathOfSetIsNamedWhole() {
    assertThat(setProblem("foo.bar=1"))
        .startsWith("unknown key (key: foo.bar; file: --set foo.bar; expected: one of averaging, ");
    assertThat(setProblem("averging.every=10"))
        .isEqualTo(
            "unknown key averging.every; did you mean averaging.every? "
                + "(key: averging.every; file: --set averging.every)");
    assertThat(setProblem("training.epochs=-1"))
        .contains("key: training.epochs; file: --set training.epochs; found: -1;");
    assertThat(setProblem("data.label-kind=regression")).startsWith("unknown value regression (");
  }

  private static String setProblem(String override) {
    Problems problems = new Problems();
    SettingsReader.read(
        ResolvedConfiguration.load(Optional.empty(), List.of(override), new Configuration(false)),
        EnumSet.noneOf(Need.class),
        problems);
    return String.join("\n", problems.lines());
  }

  @Test
  void aNetworkIsCheckedWithTheRest() {
    List<String> lines =
        problems(
            """
            network {
              layers = [{ type = dense, units = 0 }, { type = output, loss = none-such }]
              updater.learning-rate = -1
            }
            training.epochs = 0
            """,
            Need.NETWORK);
    assertThat(lines)
        .anySatisfy(l -> assertThat(l).contains("network.layers[0].units"))
        .anySatisfy(l -> assertThat(l).contains("network.layers[1].loss"))
        .anySatisfy(l -> assertThat(l).contains("network.updater.learning-rate"))
        .anySatisfy(l -> assertThat(l).contains("training.epochs"));
  }

  @Test
  void labelsOfValuesAreNotSmoothedAndWordsAreNotMixed() {
    String needed = "output.dir = o, data.path = p, data.label = y, ";
    String layers = "network.layers = [{ type = output }], ";
    Need[] training = {Need.LABEL, Need.NETWORK};
    assertThat(
            problems(
                needed + layers + "data.label-kind = value, training.label-smoothing = 0.1",
                training))
        .singleElement()
        .asString()
        .contains("key: training.label-smoothing");
    assertThat(
            problems(needed + layers + "training { label-smoothing = 0.1, mixup = 1 }", training))
        .isEmpty();
    String words =
        "network.layers = [{ type = embedding, units = 2 }, { type = pooling }, { type = output }],"
            + " ";
    assertThat(problems(needed + words + "data.text.column = t, training.mixup = 0.2", training))
        .anySatisfy(line -> assertThat(line).contains("key: training.mixup", "words"));
    assertThat(
            problems(
                needed + "model = m, fine-tune.unlabelled.source.path = u, training.mixup = 0.2",
                Need.LABEL,
                Need.TOP))
        .anySatisfy(line -> assertThat(line).contains("key: training.mixup", "unlabelled rows"));
  }

  @Test
  void whatACommandNeedsIsNamed() {
    assertThat(problems("", Need.values()))
        .anySatisfy(l -> assertThat(l).contains("key: output.dir"))
        .anySatisfy(l -> assertThat(l).contains("key: data.path"))
        .anySatisfy(l -> assertThat(l).contains("key: data.label"))
        .anySatisfy(l -> assertThat(l).contains("key: network.layers"))
        .anySatisfy(l -> assertThat(l).contains("key: model"))
        .anySatisfy(l -> assertThat(l).contains("key: zoo.path"))
        .anySatisfy(l -> assertThat(l).contains("key: import.from"))
        .anySatisfy(l -> assertThat(l).contains("key: extract.layers"))
        .anySatisfy(l -> assertThat(l).contains("key: pretrain.layers"))
        .anySatisfy(l -> assertThat(l).contains("key: task.type"))
        .anySatisfy(l -> assertThat(l).contains("key: network.layers", "type = dense, units"))
        .hasSize(11);
  }

  @Test
  void identityLeavesOutWhatMayChangeAndHidesCredentials() {
    ResolvedConfiguration configuration =
        ResolvedConfiguration.of(
            ConfigFactory.parseString(
                "data.options { password = geheim, url = u }, training.epochs = 3, output.dir ="
                    + " o"));
    assertThat(configuration.identity())
        .containsEntry("data.options.password", "(hidden)")
        .containsEntry("data.options.url", "u")
        .containsEntry("training.workers", "2")
        .doesNotContainKeys("training.epochs", "checkpoint.keep", "spark.master", "output.dir");
    assertThat(configuration.differences())
        .containsOnlyKeys(
            "data.options.password", "data.options.url", "training.epochs", "output.dir");
    assertThat(configuration.outputFolder()).isEqualTo(Optional.of("o"));
  }

  /** Keys of numbers whose defaults are whole numbers, such as 0.0, are no integers. */
  @Test
  void aRangeOfATunedKeyIsOfItsKind() {
    Settings settings =
        read(
            """
            data { path = a.csv, label = y }
            network.layers = [{ type = output }]
            tune.space {
              training { mixup { min = 0, max = 1 }, batch-size { min = 16, max = 64 } }
              network { max-norm { min = 0.5, max = 4 }, l2 { min = 1, max = 2 } }
            }
            """);
    Map<String, Boolean> integers = new TreeMap<>();
    settings
        .tune()
        .dimensions()
        .forEach(d -> integers.put(d.key(), ((Dimension.Interval) d).integer()));
    assertThat(integers)
        .isEqualTo(
            Map.of(
                "training.mixup", false,
                "training.batch-size", true,
                "network.max-norm", false,
                "network.l2", false));
  }

  /** What DL4J's own configuration clips is in the network already; old trials still fit. */
  @Test
  void onlyGlobalClippingIsOfTheStep() {
    String stock = "network.clipping { type = l2-per-layer, threshold = 5 }";
    Settings settings = read(stock);
    assertThat(settings.training().step(settings.network())).isEqualTo(StepSettings.STOCK);
    Settings global = read(stock.replace("per-layer", "global"));
    assertThat(global.training().step(global.network()).clipping().threshold()).isEqualTo(5);
  }

  private static Settings read(String text) {
    return SettingsReader.read(resolved(text), EnumSet.noneOf(Need.class));
  }

  private static List<String> problems(String text, Need... needs) {
    Problems problems = new Problems();
    EnumSet<Need> set = EnumSet.noneOf(Need.class);
    set.addAll(List.of(needs));
    SettingsReader.read(resolved(text), set, problems);
    return problems.lines();
  }

  private static ResolvedConfiguration resolved(String text) {
    return ResolvedConfiguration.of(
        ConfigFactory.parseString(
            text, ConfigParseOptions.defaults().setOriginDescription("test.conf")));
  }
}
