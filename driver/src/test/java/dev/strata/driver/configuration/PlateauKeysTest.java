package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.training.PlateauSettings;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys of plateaus, averages and reports: what they read, and which values are refused. */
class PlateauKeysTest {
  private static final String NETWORK =
      "data { path = a.csv, label = y }, output.dir = out, network.layers = [{ type = output }]\n";

  private static Settings read(String text, Need... needs) {
    Problems problems = new Problems();
    Settings settings = read(text, problems, needs);
    assertThat(problems.lines()).isEmpty();
    return settings;
  }

  private static Settings read(String text, Problems problems, Need... needs) {
    EnumSet<Need> all = EnumSet.noneOf(Need.class);
    all.addAll(List.of(needs));
    return SettingsReader.read(
        ResolvedConfiguration.of(ConfigFactory.parseString(text)), all, problems);
  }

  private static List<String> problems(String text, Need... needs) {
    Problems problems = new Problems();
    read(text, problems, needs);
    return problems.lines();
  }

  @Test
  void theKeysAreRead() {
    Settings settings =
        read(
            "training.plateau { patience = 3, factor = 0.5, min-delta = 0.01, floor = 0.1 }\n"
                + "averaging.polyak { type = uniform, decay = 0.5, start = 2 }\n"
                + "report { tensorboard = true, layer-statistics = false }");
    assertThat(settings.training().plateau()).contains(new PlateauSettings(3, 0.5, 0.01, 0.1));
    assertThat(settings.averaging().polyak())
        .isEqualTo(new PolyakSettings(PolyakSettings.Type.UNIFORM, 0.5, 2));
    assertThat(settings.report()).isEqualTo(new ReportSettings(false, true));
    assertThat(read("").training().plateau()).isEmpty();
  }

  @Test
  void badValuesAreReportedTogether() {
    assertThat(
            problems(
                "training.plateau { patience = -1, factor = 1.0, min-delta = -1, floor = 1.0 }\n"
                    + "averaging.polyak { type = ema, decay = 1.0, start = -1 }\n"
                    + "report.tensorboard = perhaps"))
        .hasSize(8)
        .anyMatch(line -> line.contains("training.plateau.patience"))
        .anyMatch(line -> line.contains("training.plateau.factor") && line.contains("in (0, 1)"))
        .anyMatch(line -> line.contains("training.plateau.min-delta"))
        .anyMatch(line -> line.contains("training.plateau.floor"))
        .anyMatch(line -> line.contains("averaging.polyak.type") && line.contains("exponential"))
        .anyMatch(line -> line.contains("averaging.polyak.decay"))
        .anyMatch(line -> line.contains("averaging.polyak.start"))
        .anyMatch(line -> line.contains("report.tensorboard"));
  }

  @Test
  void searchesDoNotTakeAPlateau() {
    String plateau = NETWORK + "training.plateau.patience = 2\n";
    assertThat(problems(plateau, Need.LABEL, Need.NETWORK)).isEmpty();
    assertThat(problems(plateau, Need.LABEL, Need.NETWORK, Need.TUNING))
        .anyMatch(
            line ->
                line.contains("the trials of tune do not validate while they train")
                    && line.contains("training.plateau.patience"));
    assertThat(
            problems(
                plateau + "model = runs/1, fine-tune.search.freeze = [0, 1]", Need.LABEL, Need.TOP))
        .anyMatch(line -> line.contains("the trials of fine-tune.search do not validate"));
  }
}
