package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import dev.strata.driver.auxiliary.TaskHead;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every configuration of Strata in the folder conf, as a user would load it. */
class ExamplesTest {
  private static final Path FOLDER = Path.of("..", "conf");

  /** Properties of Spark, which spark-submit reads. */
  private static final String SECURE = "spark-secure.conf";

  private static final Map<String, EnumSet<Need>> NEEDS =
      Map.ofEntries(
          Map.entry(
              "adult-tune.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK, Need.TUNING)),
          Map.entry("adult-compare.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.COMPARISON)),
          Map.entry("adult-contrastive.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("adult-max-margin.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("adult-semi-supervised.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.TOP)),
          Map.entry("adult-teacher.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("adult.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK)),
          Map.entry("continue.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK)),
          Map.entry("evaluate.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.MODEL)),
          Map.entry("extract.conf", EnumSet.of(Need.DATA, Need.MODEL, Need.LAYERS)),
          Map.entry("faces-same-or-different.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry(
              "fashion-mnist-convolution.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK)),
          Map.entry("fashion-mnist-extract.conf", EnumSet.of(Need.DATA, Need.LAYERS)),
          Map.entry("fashion-mnist-fine-tune.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.TOP)),
          Map.entry("fashion-mnist-pretrain-dbn.conf", EnumSet.of(Need.DATA, Need.PRETRAINING)),
          Map.entry("fashion-mnist-pretrain-contrastive.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("fashion-mnist-pretrain-sdae.conf", EnumSet.of(Need.DATA, Need.PRETRAINING)),
          Map.entry("fashion-mnist.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK)),
          Map.entry("fine-tune.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.MODEL, Need.TOP)),
          Map.entry("prepare.conf", EnumSet.of(Need.DATA, Need.LABEL)),
          Map.entry("pretrain.conf", EnumSet.of(Need.DATA, Need.PRETRAINING)),
          Map.entry("quickstart.conf", EnumSet.noneOf(Need.class)),
          Map.entry("reference.conf", EnumSet.noneOf(Need.class)),
          Map.entry("regression.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK)),
          Map.entry("sst2-fine-tune.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.TOP)),
          Map.entry("sst2-good-or-bad.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("sst2-max-margin.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("sst2-word-vectors.conf", EnumSet.of(Need.DATA, Need.TASK)),
          Map.entry("train.conf", EnumSet.of(Need.DATA, Need.LABEL, Need.NETWORK)));

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> f.getFileName().toString())
          // properties of Spark
          .filter(name -> !name.startsWith("spark-"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isValidForItsCommand(String name) {
    Config text = new ConfigurationText(new Configuration()).parse(FOLDER.resolve(name).toString());
    Config variables = ConfigFactory.parseString("STRATA_DATA = /data");
    Config given =
        text.resolveWith(
            variables.withFallback(text),
            ConfigResolveOptions.defaults().setUseSystemEnvironment(false));
    Problems problems = new Problems();
    SettingsReader.read(ResolvedConfiguration.of(given), NEEDS.get(name), problems);
    assertThat(problems.lines()).isEmpty();
  }

  /** Spark reads it with {@link Properties}; SecureClusterIT runs with it. */
  @Test
  void thePropertiesOfASecureClusterHoldNoSecret() throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(FOLDER.resolve(SECURE))) {
      properties.load(in);
    }
    assertThat(properties.stringPropertyNames()).allMatch(key -> key.startsWith("spark."));
    assertThat(properties)
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.network.crypto.enabled", "true")
        .containsEntry("spark.network.crypto.saslFallback", "false")
        .containsEntry("spark.io.encryption.enabled", "true")
        .containsEntry("spark.redaction.regex", Secrets.PATTERN)
        .doesNotContainKey("spark.authenticate.secret");
    assertThat(properties.stringPropertyNames()).noneMatch(Secrets::isSecret);
  }

  @Test
  void onlyTheTokenOfMlflowIsACredential() {
    assertThat(ResolvedConfiguration.of(ConfigFactory.empty()).flat().keySet())
        .filteredOn(Secrets::isSecret)
        .containsExactly("mlflow.token");
  }

  @Test
  void theNetworkOfFacesTakesImagesOfTheSizeThatItsExampleResizesTo() throws IOException {
    Config example =
        ConfigFactory.parseFile(FOLDER.resolve("faces-same-or-different.conf").toFile());
    List<Integer> size = example.getIntList("data.images.resize");
    String file = example.getString("network.dl4j-json");
    NetworkSettings none = NetworkSettings.of(List.of(), UpdaterSettings.of("adam", 0.001));
    NetworkConfiguration network =
        TaskHead.embedding(1)
            .on(
                none,
                Optional.of(Files.readString(Path.of("..").resolve(file))),
                NetworkInput.numbers(size.get(0) * size.get(1)),
                1);
    assertThat(network.describe().layers())
        .extracting(NetworkReport.LayerReport::name)
        .containsExactly("convolution-1", "pooling-1", "convolution-2", "pooling-2", "embedding");
  }

  @Test
  void theReferenceInTheJarIsTheOneInTheFolder() throws IOException {
    try (var in = ExamplesTest.class.getResourceAsStream("/dev/strata/reference.conf")) {
      assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(FOLDER.resolve("reference.conf")));
    }
  }
}
