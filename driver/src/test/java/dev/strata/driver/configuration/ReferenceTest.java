package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pins the contract with users: every key, its default, and whether it may change on resume. */
class ReferenceTest {
  @Test
  void everyKeyDefaultAndResumeMarkIsAsPinned() throws IOException {
    Reference reference = Reference.load();
    SortedMap<String, String> defaults = FlatConfiguration.of(reference.root());
    String listing =
        defaults.entrySet().stream()
            .map(e -> line(e, reference.resumable().contains(e.getKey())))
            .collect(Collectors.joining());

    assertThat(listing).isEqualTo(pinned());
    assertThat(reference.keys()).isEqualTo(defaults.keySet());
  }

  @Test
  void defaultsAloneAreAValidConfiguration() {
    Problems problems = new Problems();
    SettingsReader.read(
        ResolvedConfiguration.of(ConfigFactory.empty()), EnumSet.noneOf(Need.class), problems);
    assertThat(problems.lines()).isEmpty();
  }

  private static String line(Map.Entry<String, String> entry, boolean resumable) {
    return entry.getKey() + " = " + entry.getValue() + (resumable ? "  [resume]" : "") + "\n";
  }

  private static String pinned() throws IOException {
    try (InputStream in = ReferenceTest.class.getResourceAsStream("/pinned-keys.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
