package dev.strata.driver.zoo;

import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import java.util.SortedMap;

/** Lets aliases stand for versions. */
public final class Promotion {
  private final Zoo zoo;

  public Promotion(Zoo zoo) {
    this.zoo = zoo;
  }

  /**
   * Lets an alias stand for a version from now on, after reading it as every job would.
   *
   * @return the version
   * @throws StrataException (configuration) where there is no such version, or the alias is no
   *     name; (data) where it is damaged
   */
  public ModelVersion promote(ZooName name, String alias, String key) {
    ZooName.requireAlias(alias, "--alias");
    ModelVersion version = zoo.find(name, key);
    zoo.open(version, key);
    ZooModel model = zoo.model(version.model());
    ZooLease.whileHeld(
        zoo.configuration(),
        zoo.folder(),
        () -> {
          // as long as it is there
          zoo.find(version.name(), key);
          model.aliasChanges().point(alias, version.version());
        });
    return version;
  }

  /**
   * Lets an alias stand for nothing from now on.
   *
   * @throws StrataException (configuration) where there is no such alias
   */
  public void remove(String modelName, String alias, String key) {
    ZooModel model = zoo.model(ZooName.requireModel(modelName, key));
    ZooLease.whileHeld(
        zoo.configuration(),
        zoo.folder(),
        () -> {
          SortedMap<String, Integer> aliases = model.aliases();
          if (!aliases.containsKey(alias)) {
            throw StrataException.configuration("the model of the zoo has no such alias")
                .key(key)
                .found(alias)
                .expected(
                    Nearest.to(alias, aliases.keySet())
                        .map(near -> "did you mean " + near + "?")
                        .orElse("one of " + aliases.keySet()))
                .build();
          }
          model.aliasChanges().point(alias, null);
        });
  }
}
