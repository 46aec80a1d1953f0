package dev.strata.driver.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueType;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.failure.StrataException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * The configuration of one command: {@code --set} over the file over {@code reference.conf},
 * substitutions (keys of the configuration, then environment variables) resolved. Not yet checked:
 * see {@link SettingsReader}.
 */
public final class ResolvedConfiguration {
  private final Reference reference;
  private final ConfigObject merged;

  private ResolvedConfiguration(Reference reference, ConfigObject merged) {
    this.reference = reference;
    this.merged = merged;
  }

  /**
   * @param file any Hadoop URI, or nothing
   * @param overrides each {@code key=value}; later ones win
   * @throws StrataException (configuration) where a text cannot be read or a substitution has no
   *     value
   */
  public static ResolvedConfiguration load(
      Optional<String> file, List<String> overrides, Configuration hadoop) {
    return load(file, overrides, List.of(), hadoop);
  }

  /**
   * @param defaults each {@code key=value}, weaker than the file, stronger than {@code
   *     reference.conf}
   */
  public static ResolvedConfiguration load(
      Optional<String> file, List<String> overrides, List<String> defaults, Configuration hadoop) {
    Config given = file.map(new ConfigurationText(hadoop)::parse).orElse(ConfigFactory.empty());
    for (String override : overrides) {
      given = KeyOverride.parse(override).withFallback(given);
    }
    for (String value : defaults) {
      given = given.withFallback(KeyOverride.parse(value));
    }
    return of(given);
  }

  /** From HOCON text; for commands that write their own configuration. */
  public static ResolvedConfiguration of(Config given) {
    Reference reference = Reference.load();
    try {
      Config merged = given.withFallback(reference.root()).resolve();
      return new ResolvedConfiguration(reference, merged.root());
    } catch (ConfigException.UnresolvedSubstitution e) {
      throw StrataException.configuration(
              "a substitution in the configuration has no value: " + e.getMessage())
          .expected("an environment variable or a key of that name")
          .cause(e)
          .build();
    } catch (ConfigException e) {
      throw StrataException.configuration("cannot resolve the configuration: " + e.getMessage())
          .cause(e)
          .build();
    }
  }

  /**
   * The same with another value.
   *
   * @param override {@code key=value}
   */
  public ResolvedConfiguration with(String override) {
    Config changed = KeyOverride.parse(override).withFallback(merged.toConfig());
    return new ResolvedConfiguration(reference, changed.resolve().root());
  }

  /**
   * The same with the defaults of a section.
   *
   * @param section such as {@code data.test}
   */
  public ResolvedConfiguration without(String section) {
    Config left = merged.toConfig().withoutPath(section).withFallback(reference.root());
    return new ResolvedConfiguration(reference, left.resolve().root());
  }

  /**
   * The same with other hidden layers.
   *
   * @param changes name → value: units, count, dropout, activation
   * @see HiddenLayers
   */
  public ResolvedConfiguration withHiddenLayers(Map<String, String> changes) {
    Config now = merged.toConfig();
    Config changed =
        now.withValue(
            "network.layers", HiddenLayers.changed(now.getList("network.layers"), changes));
    return new ResolvedConfiguration(reference, changed.root());
  }

  /** What differs from {@code reference.conf}, as a file; without credentials. */
  public String text() {
    Config differing = ConfigFactory.empty();
    for (String key : differences().keySet()) {
      // an element of a list is written with its list
      String path = key.replaceFirst("\\[\\d+].*", "");
      if (!Secrets.isSecret(path) && merged.toConfig().hasPath(path)) {
        differing = differing.withValue(path, merged.toConfig().getValue(path));
      }
    }
    ConfigRenderOptions plain =
        ConfigRenderOptions.defaults().setOriginComments(false).setComments(false).setJson(false);
    return differing.root().render(plain);
  }

  Reference reference() {
    return reference;
  }

  ConfigObject root() {
    return merged;
  }

  /**
   * {@code output.dir} as far as it can be told before anything is checked: failures are recorded
   * there.
   */
  public Optional<String> outputFolder() {
    return merged.get("output") instanceof ConfigObject output
        ? Optional.ofNullable(output.get("dir"))
            .filter(v -> v.valueType() == ConfigValueType.STRING)
            .map(v -> (String) v.unwrapped())
            .filter(text -> !text.isBlank())
        : Optional.empty();
  }

  /**
   * As {@link #outputFolder()}, as far as the overrides alone tell it: where the configuration's
   * file cannot be read. Never throws.
   */
  public static Optional<String> outputFolder(List<String> overrides, Configuration hadoop) {
    try {
      return load(Optional.empty(), overrides, hadoop).outputFolder();
    } catch (StrataException e) {
      return Optional.empty();
    }
  }

  /** Every key and its value as text, credentials hidden. */
  public SortedMap<String, String> flat() {
    return FlatConfiguration.of(merged);
  }

  /** The credentials in it: they must appear in no message. */
  public Set<String> secrets() {
    return FlatConfiguration.secrets(merged);
  }

  /** The keys that may differ when an unfinished run is resumed. */
  public SortedSet<String> resumable() {
    return new TreeSet<>(reference.resumable());
  }

  /** What must be the same when an unfinished run is resumed. */
  public SortedMap<String, String> identity() {
    return FlatConfiguration.withoutResumable(flat(), reference.resumable());
  }

  /** The keys that have the values of {@code reference.conf}. */
  public Set<String> defaults() {
    Set<String> keys = new TreeSet<>(flat().keySet());
    keys.removeAll(differences().keySet());
    return keys;
  }

  /** The keys whose values differ from {@code reference.conf}, with their values as text. */
  public SortedMap<String, String> differences() {
    SortedMap<String, String> differences = flat();
    differences.entrySet().removeAll(FlatConfiguration.of(reference.root()).entrySet());
    return differences;
  }
}
