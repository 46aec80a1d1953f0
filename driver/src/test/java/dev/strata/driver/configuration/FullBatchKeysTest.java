package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.strata.executor.optimizer.LbfgsSettings;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The updater l-bfgs: what it reads, and what it does not go with. */
class FullBatchKeysTest {
  private static final String BASE =
      "data { path = a.csv, label = y }, output.dir = out, network.updater.type = l-bfgs\n"
          + "network.layers = [{ type = dense, units = 3 }, { type = output }]\n";
  private static final Set<Need> TRAIN = EnumSet.of(Need.LABEL, Need.NETWORK);

  private static List<String> problems(String text, Set<Need> needs) {
    Problems problems = new Problems();
    SettingsReader.read(
        ResolvedConfiguration.of(ConfigFactory.parseString(BASE + text)), needs, problems);
    return problems.lines();
  }

  @Test
  void theKeysAreRead() {
    Settings settings =
        SettingsReader.read(
            ResolvedConfiguration.of(
                ConfigFactory.parseString(
                    BASE + "network.updater { history = 5, tolerance = 0.01 }")),
            TRAIN);
    assertThat(settings.network().updater().isFullBatch()).isTrue();
    assertThat(settings.network().updater().lbfgs()).isEqualTo(new LbfgsSettings(5, 0.01));
    assertThat(problems("training.label-smoothing = 0.1, network.l2 = 0.1", TRAIN)).isEmpty();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "network.updater.history | 0 | at least 1",
        "network.updater.tolerance | -1 | at least 0",
        "network.l1 | 0.1 | smooth loss",
        "network.weight-decay | 0.1 | smooth loss",
        "network.max-norm | 2 | smooth loss",
        "network.clipping.type | l2-global | the line search of l-bfgs limits its steps",
        "network.schedule.type | cosine | no learning rate",
        "network.schedule.warm-up | 5 | no learning rate",
        "training.mixup | 0.2 | smooth loss",
        "training.augmentation | [{ type = noise, deviation = 0.1 }] | smooth loss",
        "training.plateau.patience | 2 | no learning rate",
        "averaging.optimizer-state | keep | averaged",
        "averaging.outer.momentum | 0.5 | on the driver",
        "averaging.outer.learning-rate | 0.5 | on the driver",
        "averaging.polyak.type | uniform | nothing is averaged"
      })
  void whatDoesNotGoTogetherIsRefused(String key, String value, String why) {
    List<String> lines = problems(key + " = " + value, TRAIN);
    String section = key.contains("outer") ? "averaging.outer.type" : key;
    assertThat(lines).hasSize(1).allMatch(line -> line.contains(section) && line.contains(why));
  }

  @Test
  void layersAreReportedTogether() {
    String layers =
        "network.layers = [{ type = dropout, rate = 0.1 }, { type = batch-norm },"
            + " { type = dense, units = 3, activation = randomized-relu, dropout = 0.2, drop-connect = 0.1, max-norm = 2, l1 = 0.1 },"
            + " { type = output, l1 = 0.1 }]";
    assertThat(problems(layers, TRAIN))
        .hasSize(8)
        .anyMatch(line -> line.contains("network.layers[2].activation"))
        .anyMatch(line -> line.contains("network.layers[0].type"))
        .anyMatch(line -> line.contains("network.layers[1].type"))
        .anyMatch(line -> line.contains("network.layers[2].drop-connect"))
        .anyMatch(line -> line.contains("network.layers[3].l1"));
  }

  @Test
  void stochasticDepthAndWhatIsInABlockAreRefused() {
    String block =
        "network.layers = [{ type = dense, units = 3 }, { type = residual, survival = 0.5, layers ="
            + " [{ type = dense, units = 3, dropout = 0.2 }] }, { type = output }]";
    assertThat(problems(block, TRAIN))
        .hasSize(2)
        .anyMatch(line -> line.contains("network.layers[1].survival"))
        .anyMatch(line -> line.contains("network.layers[1].layers[0].dropout"));
    String plain = block.replace("0.5", "1").replace(", dropout = 0.2", "");
    assertThat(problems(plain, TRAIN)).isEmpty();
    String decays = plain.replace(" survival = 1,", "") + "\nnetwork.survival = 0.5";
    assertThat(problems(decays, TRAIN))
        .hasSize(1)
        .allMatch(line -> line.contains("network.survival") && line.contains("smooth loss"));
  }

  @Test
  void drawnWindowsAreRefused() {
    assertThat(
            problems(
                "network.layers = [{ type = pooling-2d, function = fractional-max, ratio = 0.5 },"
                    + " { type = output }]",
                TRAIN))
        .hasSize(1)
        .allMatch(
            line -> line.contains("network.layers[0].function") && line.contains("max or mean"));
  }

  @Test
  void otherJobsDoNotTakeIt() {
    for (Need need : List.of(Need.TUNING, Need.COMPARISON)) {
      assertThat(problems("", EnumSet.of(Need.LABEL, Need.NETWORK, need)))
          .anyMatch(line -> line.contains("l-bfgs trains networks of train alone"));
    }
    assertThat(problems("model = runs/1", EnumSet.of(Need.LABEL, Need.TOP)))
        .anyMatch(line -> line.contains("l-bfgs trains networks of train alone"));
    assertThat(
            problems(
                "pretrain.layers = [{ units = 3, updater.type = l-bfgs }]",
                EnumSet.of(Need.PRETRAINING)))
        .anyMatch(line -> line.contains("updater.type") && line.contains("one of sgd"));
  }
}
