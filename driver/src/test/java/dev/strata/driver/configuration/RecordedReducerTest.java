package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.averaging.AveragingSettings.Reducer;
import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunStart.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of early versions recorded {@code averaging.reducer}, which later ones did not have. */
class RecordedReducerTest {
  @TempDir private Path work;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "collect", "sliced"})
  void theFormerValuesAreValues(String value) {
    ResolvedConfiguration given =
        ResolvedConfiguration.load(
            Optional.empty(), List.of("averaging.reducer=" + value), new Configuration(false));
    ResolvedConfiguration without =
        ResolvedConfiguration.load(Optional.empty(), List.of(), new Configuration(false));
    assertThat(SettingsReader.read(given, Set.of()).averaging().reducer())
        .isEqualTo(Reducer.valueOf(value.toUpperCase(Locale.ROOT)));
    assertThat(given.identity()).as("it changes no byte").isEqualTo(without.identity());
  }

  @Test
  void aRunThatRecordedTheKeyResumes() throws IOException {
    ResolvedConfiguration now =
        ResolvedConfiguration.load(Optional.empty(), List.of(), new Configuration(false));
    Map<String, String> recorded = new TreeMap<>(now.identity());
    recorded.put("averaging.reducer", "auto");
    RunFolder folder = RunFolder.of(new Configuration(), work.resolve("run").toString());
    ResumeRule rule = new ResumeRule(now.resumable(), now.defaults());
    folder.begin(RunIdentity.create("train", "0.1.0", recorded), false, rule);
    Path made = work.resolve("run/checkpoints/round-000000002/manifest.json");
    Files.createDirectories(made.getParent());
    Files.writeString(made, "{}");

    RunIdentity asked = RunIdentity.create("train", "0.1.0", now.identity());

    assertThat(folder.begin(asked, false, rule).state()).isEqualTo(State.UNFINISHED);
    assertThatThrownBy(() -> folder.begin(asked, false, ResumeRule.only()))
        .as("the rule is what allows it")
        .hasMessageContaining("averaging.reducer");
  }
}
