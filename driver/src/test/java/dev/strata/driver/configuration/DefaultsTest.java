package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.data.EncodingSettings;
import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.finetune.UnlabelledSettings;
import dev.strata.driver.pretrain.AutoencoderModel;
import dev.strata.driver.pretrain.LayerPlan;
import dev.strata.driver.pretrain.RbmModel;
import dev.strata.driver.testing.DefaultSettings;
import dev.strata.driver.tuning.TuneSettings;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.autoencoder.Sparsity;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.TimeRule;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.SurgerySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings that code may start from are those that {@code reference.conf} gives. */
class DefaultsTest {
  private static final UpdateSettings UPDATE =
      new UpdateSettings(
          UpdaterSettings.defaults(), ScheduleSettings.none(), ClippingSettings.none());
  private static final String LAYER = "pretrain.layers=[{ units = 3 }]";
  private static final String RBM = "pretrain.layers=[{ units = 3, kind = rbm }]";
  private static final String UNROLL = "pretrain.unroll.epochs=1";

  /**
   * @param section of the configuration
   * @param inCode what code starts from
   * @param read the same, of settings that were read
   * @param keys that must be set for the section to be read at all
   */
  record Case(String section, Object inCode, Function<Settings, Object> read, List<String> keys) {
    @Override
    public String toString() {
      return section;
    }
  }

  static List<Case> cases() {
    return List.of(
        of("data.source", SourceSettings.NONE, s -> s.data().source()),
        of("data.validation", SourceSettings.NONE, s -> s.data().validation()),
        of("data.test", SourceSettings.NONE, s -> s.data().test()),
        of("data.class-weights", ClassWeights.NONE, s -> s.data().classWeights()),
        of("data.missing", MissingPolicy.STRICT, s -> s.data().missing()),
        of("data.unseen-category", UnseenCategory.ERROR, s -> s.data().unseenCategory()),
        of("data.scaling", Scaling.AUTO, s -> s.data().scaling()),
        of("data.categories", CategoryRule.defaults(), s -> s.data().encodings().categories()),
        of("data.time", TimeRule.defaults(), s -> s.data().encodings().time()),
        of("data.column-scaling …", EncodingSettings.defaults(), s -> s.data().encodings()),
        // Absent where they are the defaults, so that shards prepared before the key still fit.
        of(
            "data.images",
            ImageSettings.defaults(),
            s -> s.data().images().orElse(ImageSettings.defaults())),
        of(
            "data.text",
            TextRule.defaults(),
            s -> s.data().text().orElseThrow().rule(),
            "data.text.column=words"),
        of("network", NetworkSettings.defaults(), Settings::network),
        of("network.updater", UpdaterSettings.defaults(), s -> s.network().updater()),
        of("pretrain.layer.updater", UPDATE, s -> layer(s).phase().update(), LAYER),
        of("pretrain.layer.corruption", InputNoise.none(), s -> noise(s), LAYER),
        of("pretrain.layer.sparsity", Sparsity.none(), s -> sparsity(s), LAYER),
        of(
            "pretrain.layer.visible …",
            RbmSettings.defaults(),
            s -> ((RbmModel) layer(s).model()).settings(),
            RBM),
        of(
            "pretrain.unroll.updater",
            UPDATE,
            s -> s.pretrain().unroll().orElseThrow().phase().update(),
            UNROLL),
        of(
            "pretrain.unroll.corruption",
            InputNoise.none(),
            s -> s.pretrain().unroll().orElseThrow().corruption(),
            UNROLL),
        of("fine-tune", FineTuneSettings.defaults(), Settings::fineTune),
        of("fine-tune.reuse …", SurgerySettings.NONE, s -> s.fineTune().surgery()),
        of("fine-tune.learning-rate", LayerRates.EQUAL, s -> s.fineTune().rates()),
        of("averaging.polyak", PolyakSettings.NONE, s -> s.averaging().polyak()),
        of("compare", CompareSettings.defaults(), Settings::compare),
        of("tune", TuneSettings.defaults(), Settings::tune),
        of("fine-tune.search", SearchSettings.NONE, s -> s.fineTune().search()),
        of("fine-tune.unlabelled", UnlabelledSettings.NONE, s -> s.fineTune().unlabelled()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void codeStartsFromTheReference(Case one) {
    Settings settings = DefaultSettings.read(one.keys().toArray(String[]::new));
    assertThat(one.inCode()).isEqualTo(one.read().apply(settings));
  }

  /** A settings record with {@code defaults()} must be among the cases. */
  @Test
  void everyMethodThatGivesDefaultsIsCompared() {
    Pattern method = Pattern.compile("static (\\w+) defaults\\(\\)");
    Set<String> declared = new TreeSet<>();
    for (String module : List.of("executor-lib", "driver", "jobs")) {
      sources(Path.of("..", module, "src/main/java"))
          .forEach(
              text -> method.matcher(text).results().map(r -> r.group(1)).forEach(declared::add));
    }
    Set<String> compared =
        cases().stream()
            .map(c -> c.inCode().getClass().getSimpleName())
            .collect(Collectors.toSet());
    assertThat(declared).contains("FineTuneSettings", "TextRule").isSubsetOf(compared);
  }

  private static List<String> sources(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(DefaultsTest::text)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LayerPlan layer(Settings settings) {
    return settings.pretrain().layers().get(0);
  }

  private static InputNoise noise(Settings settings) {
    return ((AutoencoderModel) layer(settings).model()).settings().corruption();
  }

  private static Sparsity sparsity(Settings settings) {
    return ((AutoencoderModel) layer(settings).model()).settings().sparsity();
  }

  private static Case of(
      String section, Object inCode, Function<Settings, Object> read, String... keys) {
    return new Case(section, inCode, read, List.of(keys));
  }
}
