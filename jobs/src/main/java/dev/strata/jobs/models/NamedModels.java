package dev.strata.jobs.models;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.jobs.config.Settings;
import org.apache.hadoop.conf.Configuration;

/** Opens what a key such as {@code model} names. */
public final class NamedModels {
  private NamedModels() {}

  /**
   * @param name folder of a finished run or of a bundle
   * @param key the configuration key that gave the name, for errors
   * @throws dev.strata.executor.failure.StrataException (configuration) where the name is none;
   *     (data) where there is no model, or it is damaged; (cluster) where it cannot be read
   */
  public static ModelBundle open(Configuration hadoop, Settings settings, String name, String key) {
    return BundleReader.open(hadoop, name, key);
  }
}
