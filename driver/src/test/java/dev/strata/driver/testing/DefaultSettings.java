package dev.strata.driver.testing;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.evaluate.EvaluationSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The settings of {@code reference.conf}, read as a command reads them. */
public final class DefaultSettings {
  private DefaultSettings() {}

  /**
   * @param keys each {@code key=value}, over the defaults
   */
  public static Settings read(String... keys) {
    return SettingsReader.read(
        ResolvedConfiguration.load(Optional.empty(), List.of(keys), new Configuration(false)),
        Set.of());
  }

  public static EvaluationSettings evaluation(String part) {
    return read().evaluation().withPart(part);
  }

  public static EvaluationSettings evaluation(String part, int batchSize, int rocSteps) {
    return read(
            "evaluation.part=" + part,
            "evaluation.batch-size=" + batchSize,
            "evaluation.roc-steps=" + rocSteps)
        .evaluation();
  }
}
