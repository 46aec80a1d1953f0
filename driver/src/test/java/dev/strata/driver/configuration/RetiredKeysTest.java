package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunStart.State;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations and runs of earlier versions, with keys that changed nothing, stay usable. */
class RetiredKeysTest {
  @TempDir private Path work;

  @Test
  void noRetiredKeyIsAKey() {
    assertThat(Reference.load().keys()).doesNotContainAnyElementsOf(RetiredKeys.keys());
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "collect", "null"})
  void aKeyThatIsSetIsIgnoredAndReported(String value) throws IOException {
    Path file = work.resolve("old.conf");
    Files.writeString(file, "seed = 7\naveraging {\n  every = 5\n  reducer = " + value + "\n}\n");
    Configuration hadoop = new Configuration(false);

    ResolvedConfiguration configuration =
        ResolvedConfiguration.load(Optional.of(file.toString()), List.of(), hadoop);

    assertThat(configuration.notices())
        .singleElement()
        .asString()
        .startsWith("averaging.reducer is ignored, because ")
        .contains("remove this key", "old.conf: 4");
    ResolvedConfiguration without =
        ResolvedConfiguration.load(
            Optional.empty(), List.of("seed=7", "averaging.every=5"), hadoop);
    assertThat(configuration.flat()).isEqualTo(without.flat());
    assertThat(SettingsReader.read(configuration, Set.of()))
        .isEqualTo(SettingsReader.read(without, Set.of()));
    assertThat(without.notices()).isEmpty();
  }

  @Test
  void aSimilarWrongKeyIsStillAnError() {
    ResolvedConfiguration wrong =
        ResolvedConfiguration.load(
            Optional.empty(), List.of("averaging.reducers=auto"), new Configuration(false));
    assertThatThrownBy(() -> SettingsReader.read(wrong, Set.of()))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("unknown key averaging.reducers");
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
